"""The list of the app: keys, mouse, filter, sizes."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.pilot import press, settle
from tests.support.screens import text_grid
from tests.support.table_app import MANY, TableApp, row


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
        await press(pilot, "enter", "g", "j")
        assert cursor(app) == "gather-hub"
        await press(pilot, "k")
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


async def test_typing_a_filter_goes_to_the_best_match() -> None:
    app = TableApp([row("structured", search="along"), row("trigger-long"), row("toggle-logging")])
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        await press(pilot, "G", "slash", *"long")
        assert app.table.shown_keys == ["trigger-long", "structured", "toggle-logging"]
        assert cursor(app) == "trigger-long"
        await press(pilot, "escape")
        assert cursor(app) == "trigger-long"


def underlined(app: TableApp, line: int) -> str:
    table = app.table.table
    return "".join(segment.text for segment in table.render_line(line) if segment.style and segment.style.underline)


async def test_a_list_that_a_filter_leaves_empty_keeps_the_focus() -> None:
    app = TableApp([row(name) for name in "ab"])
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        app.table.filter_by("zzz")
        await settle(pilot)
        assert app.table.table.has_focus
        await press(pilot, "a")
        assert app.table.filter_text == "zzz"
        await press(pilot, "escape")
        assert app.table.shown_keys == ["a", "b"]
        app.table.set_rows([])
        await settle(pilot)
        app.table.set_rows([row("a")])
        await settle(pilot)
        assert app.table.table.has_focus
