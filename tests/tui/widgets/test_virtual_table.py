"""Only the rows that are seen are drawn: keys, mouse, sizes, widths."""

from __future__ import annotations

import pytest

from mcptui.tui.widgets.cells import Column
from tests.support.pilot import press, settle
from tests.support.screens import text_grid
from tests.support.table_app import MANY, TableApp, row


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


async def test_a_row_that_is_still_being_read_is_blank() -> None:
    app = TableApp(MANY)
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        table = app.table.table
        known, table._row = table._row, lambda place: known(place) if place != 2 else None
        table.refresh()
        lines = text_grid(app).splitlines()
        at = next(number for number, line in enumerate(lines) if "row-0001" in line)
        assert lines[at + 1].strip("│ ") == ""
        assert "row-0003" in lines[at + 2]


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


async def test_a_narrow_flexible_column_shows_that_it_is_cut() -> None:
    app = TableApp([row("a" * 20, "x" * 20)])
    async with app.run_test(size=(31, 8)) as pilot:
        await settle(pilot)
        assert text_grid(app).splitlines()[2].endswith("xxxx… │")


async def test_an_empty_column_takes_no_room() -> None:
    app = TableApp([])
    app.columns = (Column("name", flexible=True), Column("text", limit=24))
    app.rows = [row("a-name-of-a-length")]
    async with app.run_test(size=(30, 8)) as pilot:
        await settle(pilot)
        assert "a-name-of-a-length" in text_grid(app)
