"""Asks where a conversation is to be written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mcptui.errors import McptuiError
from mcptui.protocol.text import visible
from mcptui.services.conversations import export_conversation
from mcptui.services.workspace import Workspace
from mcptui.tui.background import background, close_screen
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import toned


class ExportDialog(ModalScreen[Path | None]):
    """Writes a conversation; returns the file, or None.

    Args:
        workspace: the home that has the conversation.
        session: its id there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Cancel")]
    DEFAULT_CSS = """
    ExportDialog { align: center middle; }
    ExportDialog > Vertical {
        width: 76; max-width: 96%; height: auto; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ExportDialog Input { background: $panel; }
    ExportDialog Static { height: auto; margin-top: 1; }
    """

    def __init__(self, workspace: Workspace, session: int) -> None:
        super().__init__()
        self._workspace = workspace
        self._session = session
        self._refused: Path | None = None

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Export the conversation")
            yield Input(f"conversation-{self._session}.md", compact=True)
            yield Static(toned("enter save (.md or .json) · esc cancel", "muted"))

    @on(Input.Submitted)
    @background(group="export", exclusive=True)
    async def write(self, event: Input.Submitted) -> None:
        """Write the file; one that is there is overwritten only when enter comes a second time."""
        event.stop()
        name = event.value.strip()
        if not name:
            return
        file = Path(name).expanduser().absolute()
        try:
            overwrite = file == self._refused
            await asyncio.to_thread(export_conversation, self._workspace, self._session, file, overwrite=overwrite)
        except McptuiError as error:
            self._refused = file if file.is_file() else None
            again = " · enter again to overwrite" if self._refused else ""
            self.query_one(Static).update(toned(f"✗ {visible(error.message, limit=400)}{again}", "bad"))
        else:
            close_screen(self, file)

    def action_close(self) -> None:
        """Leave without a file."""
        self.dismiss(None)
