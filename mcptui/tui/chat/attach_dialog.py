"""A choice of what can be put into a message: resources, or prompts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from mcptui.tui.ask.dialogs import FormDialog
from mcptui.tui.call_to_test import Tab
from mcptui.tui.keys import meanings
from mcptui.tui.playground.items import TABS, Item
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable


class AttachDialog(ModalScreen[Item | None]):
    """Returns what was selected, or None; ``/`` filters."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Close")]
    DEFAULT_CSS = """
    AttachDialog { align: center middle; }
    AttachDialog > Vertical {
        width: 90%; max-width: 100; height: 60%; background: $surface; border: round $primary;
        border-title-style: bold; padding: 0 1;
    }
    """
    table = getters.query_one(FilterTable)

    def __init__(self, tab: Tab, found: Sequence[Item]) -> None:
        super().__init__()
        self._tab: Tab = tab
        self._items = {item.key: item for item in found}

    def compose(self) -> ComposeResult:
        columns = [Column("name", "Name", limit=60, flexible=True), Column("title", "Title", limit=60, flexible=True)]
        what = TABS[self._tab].lower()
        empty = EmptyState.content_of("Nothing here", f"The key has access to no {what}.", [("esc", "close")])
        with Vertical() as box:
            box.border_title = Content(TABS[self._tab])
            box.border_subtitle = Content("enter insert · / filter · esc close")
            yield FilterTable("", columns, empty=empty, classes="-framed-outside")

    def on_mount(self) -> None:
        self.table.set_rows([_row(item) for item in self._items.values()])
        self.table.table.focus()

    @on(FilterTable.Opened)
    def _opened(self, event: FilterTable.Opened) -> None:
        event.stop()
        self.dismiss(self._items[event.key])

    def action_close(self) -> None:
        """Insert nothing."""
        self.dismiss(None)


class PromptArgumentsDialog(FormDialog):
    """The arguments of a prompt."""

    TITLE_TEXT = "Prompt arguments"
    ACCEPT = "Insert"
    DECLINE = None


def _row(item: Item) -> Row:
    return Row(item.key, {"name": Cell(item.name), "title": Cell(item.title, "muted")}, search=item.description)
