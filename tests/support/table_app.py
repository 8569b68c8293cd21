"""An app that is only a list."""

from __future__ import annotations

from textual import on
from textual.app import App, ComposeResult
from textual.content import Content

from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (Column("name", "Name", limit=30), Column("text", "Text", flexible=True, limit=80))


def row(name: str, text: str = "", search: str = "") -> Row:
    return Row(name, {"name": Cell(name), "text": Cell(text)}, search)


class TableApp(App[None]):
    """Only a list."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__()
        self.rows = rows
        self.columns = COLUMNS
        self.opened: list[str] = []
        self.headers: list[str] = []

    def compose(self) -> ComposeResult:
        yield FilterTable("List", self.columns, empty=Content("nothing"))

    def on_mount(self) -> None:
        self.table.set_rows(self.rows)
        self.table.table.focus()

    @property
    def table(self) -> FilterTable:
        return self.query_one(FilterTable)

    @on(FilterTable.Opened)
    def _opened(self, event: FilterTable.Opened) -> None:
        self.opened.append(event.key)

    @on(VirtualTable.HeaderClicked)
    def _header(self, event: VirtualTable.HeaderClicked) -> None:
        self.headers.append(event.column)


MANY = [row(f"row-{n:04}", f"text {n}") for n in range(5000)]
