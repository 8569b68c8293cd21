"""The list of the app: keys, mouse, filter, sizes."""

from __future__ import annotations

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Input

from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.virtual_table import VirtualTable
from tests.support.pilot import press, settle
from tests.support.screens import text_grid

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


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ("j", 1),
        ("down down up", 1),
        ("G", 4999),
        ("end k", 4998),
        ("G g", 0),
        ("end home", 0),
        ("pagedown", 16),
        ("ctrl+d ctrl+u", 0),
        ("pagedown pagedown pageup", 16),
        ("up", 0),
        ("end down pagedown", 4999),
    ],
)
async def test_keys_move_the_cursor_and_it_stays_in_view(keys: str, place: int) -> None:
    app = TableApp(MANY)
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        await press(pilot, *keys.split())
        assert app.table.cursor_key == f"row-{place:04}"
        assert f"row-{place:04}" in text_grid(app)


async def test_enter_a_second_click_and_the_header(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TableApp(MANY)
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "enter")
        assert app.opened == ["row-0001"]
        await click(pilot, 3, 5)
        assert app.table.cursor_key == "row-0003"
        assert app.opened == ["row-0001"]
        await click(pilot, 3, 5)
        assert app.opened == ["row-0001", "row-0003"]
        await click(pilot, 3, 1)
        await click(pilot, 14, 1)
        await click(pilot, 40, 1)  # beside the columns
        assert app.headers == ["name", "text"]


def cursor(app: TableApp) -> str | None:
    """A function, so that the type checker does not remember."""
    return app.table.cursor_key


async def click(pilot: Pilot[None], x: int, y: int) -> None:
    await pilot.click(offset=(x, y))
    await settle(pilot)


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = TableApp(MANY)
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        app.table.table.scroll_down(animate=False)
        await settle(pilot)
        assert app.table.table.visible_places.start == 1
        assert app.table.cursor_key == "row-0000"
        await press(pilot, "down")
        assert app.table.table.visible_places.start == 1


async def test_another_size_leaves_the_cursor_in_view() -> None:
    app = TableApp(MANY)
    async with app.run_test(size=(60, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *["pagedown"] * 3)
        await pilot.resize_terminal(30, 8)
        await settle(pilot)
        assert f"{app.table.cursor_key}" in text_grid(app)


async def test_columns_are_as_wide_as_their_content_and_the_flexible_one_gives_way() -> None:
    app = TableApp([row("a", "x" * 200), row("longer-name", "short")])
    async with app.run_test(size=(40, 8)) as pilot:
        await settle(pilot)
        lines = text_grid(app).splitlines()
        assert lines[1] == "│ Name         Text                    │"
        assert lines[2].endswith("xxx… │")
        await pilot.resize_terminal(110, 8)
        await settle(pilot)
        assert "x" * 79 + "…" in text_grid(app)


async def test_an_empty_column_takes_no_room() -> None:
    app = TableApp([])
    app.columns = (Column("name", flexible=True), Column("text", limit=24))
    app.rows = [row("a-name-of-a-length")]
    async with app.run_test(size=(30, 8)) as pilot:
        await settle(pilot)
        assert "a-name-of-a-length" in text_grid(app)


async def test_rows_change_under_the_cursor() -> None:
    app = TableApp([row(name) for name in "abcd"])
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "j")
        app.table.set_rows([row("x"), *(row(name) for name in "abcd")])
        await settle(pilot)
        assert cursor(app) == "c"
        app.table.set_rows([row(name) for name in "abd"])
        await settle(pilot)
        assert cursor(app) == "d"
        app.table.set_rows([])
        await settle(pilot)
        assert cursor(app) is None
        assert "nothing" in text_grid(app)


async def test_the_filter_is_fuzzy_and_underlines_what_it_found() -> None:
    app = TableApp([row("files"), row("gather-hub"), row("github", search="pull requests"), row("[bold]x[/]")])
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"ghub")
        assert app.table.shown_keys == ["github", "gather-hub"]
        assert "2/4" in text_grid(app)
        assert underlined(app, 1) == "ghub"
        await press(pilot, "enter", "g", "n")
        assert cursor(app) == "gather-hub"
        await press(pilot, "n")
        assert cursor(app) == "github"
        await press(pilot, "escape")
        assert underlined(app, 1) == ""
        await press(pilot, "slash", *"requ")
        assert app.table.shown_keys == ["github"]
        app.table.query_one(Input).value = "[/]"
        await settle(pilot)
        assert "[bold]x[/]" in text_grid(app)
        app.table.query_one(Input).value = "zzz"
        await settle(pilot)
        assert "No match" in text_grid(app)


def underlined(app: TableApp, line: int) -> str:
    table = app.table.table
    return "".join(segment.text for segment in table.render_line(line) if segment.style and segment.style.underline)
