"""All conversations: found by what was said, opened again, deleted."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from mcptui.conversations.store import Conversations
from mcptui.model.chat import ChatSession
from mcptui.protocol.text import counted, one_line
from mcptui.tui.background import background
from mcptui.tui.clock import ago
from mcptui.tui.keys import meanings
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.input_dialog import InputDialog

_COLUMNS = (
    Column("title", "Conversation", flexible=True, limit=120),
    Column("turns", "Turns", justify="right"),
    Column("model", "Model", limit=20, rank=1),
    Column("when", "Last used", justify="right"),
)


class HistoryDialog(ModalScreen[int | None]):
    """Returns the id of the conversation to open, or None.

    Args:
        kept: the conversations of this home.
        current: the id of the one that is open; it cannot be deleted here.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.CLOSE.bind("close", "Close"),
        meanings.DELETE.bind("remove", "Delete"),
        meanings.EDIT.bind("rename", "Rename"),
    ]
    DEFAULT_CSS = """
    HistoryDialog { align: center middle; }
    HistoryDialog > Vertical {
        width: 100; max-width: 96%; height: 80%; background: $surface; border: round $primary;
        border-title-style: bold; padding: 0 1;
    }
    """
    app = getters.app(Shell)
    table = getters.query_one(FilterTable)

    def __init__(self, kept: Conversations, current: int | None) -> None:
        super().__init__()
        self._kept = kept
        self._current = current
        self._sessions: dict[str, ChatSession] = {}

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Conversations")
            box.border_subtitle = Content("enter open · / full-text search · e rename · d delete · esc close")
            text = "Conversations are saved here."
            empty = EmptyState.content_of("Nothing yet", text, [("esc", "back")])
            yield FilterTable("", _COLUMNS, empty=empty, classes="-framed-outside")

    def on_mount(self) -> None:
        self.table.set_rank(1 if self.app.size.width >= 76 else 0)
        self.show_sessions("")

    @background(group="history", exclusive=True)
    async def show_sessions(self, search: str) -> None:
        """Show all, with a mark for the filter on those in which the words were said."""
        sessions = await asyncio.to_thread(self._kept.sessions)
        found = {session.id for session in await asyncio.to_thread(self._kept.sessions, search)} if search else set()
        self._sessions = {str(session.id): session for session in sessions}
        self.table.set_rows([self._row(session, search if session.id in found else "") for session in sessions])

    def _row(self, session: ChatSession, search: str) -> Row:
        is_open = session.id == self._current
        cells = {
            "title": Cell(session.title or "(no words)", "strong" if is_open else "plain"),
            "turns": Cell(str(session.turns), "muted"),
            "model": Cell(session.model, "muted"),
            "when": Cell("open" if is_open else ago(self.app.context.clock() - session.updated), "muted"),
        }
        return Row(str(session.id), cells, search)

    @on(FilterTable.Filtered)
    def _search(self, event: FilterTable.Filtered) -> None:
        self.show_sessions(event.text)

    @on(FilterTable.Opened)
    def _open(self, event: FilterTable.Opened) -> None:
        self.dismiss(int(event.key))

    def action_close(self) -> None:
        """Back to the conversation."""
        self.dismiss(None)

    @background(group="dialog", exclusive=True)
    async def action_rename(self) -> None:
        """Give the conversation under the cursor another title."""
        session = self._sessions.get(self.table.cursor_key or "")
        if session is None:
            return
        dialog = InputDialog("Rename the conversation", "Title in the list and in exports.", session.title)
        if (title := await self.app.push_screen_wait(dialog)) is not None:
            await asyncio.to_thread(self._kept.rename, session.id, title)
            self.show_sessions(self.table.filter_text)

    @background(group="dialog", exclusive=True)
    async def action_remove(self) -> None:
        """Delete the one under the cursor, after a question."""
        session = self._sessions.get(self.table.cursor_key or "")
        if session is None:
            return
        if session.id == self._current:
            self.app.say("This conversation is open. n starts a new one, then it can be deleted.")
            return
        title = f"Delete “{one_line(session.title, limit=40)}”?"
        text = f"{counted(session.turns, 'question')} with the answers are deleted permanently."
        if await self.app.push_screen_wait(ConfirmDialog(title, text, "Delete")) == "confirm":
            await asyncio.to_thread(self._kept.remove, session.id)
            self.show_sessions(self.table.filter_text)
