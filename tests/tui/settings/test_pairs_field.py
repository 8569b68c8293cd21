"""Rows of names and values."""

from __future__ import annotations

from typing import Final

from textual.app import App, ComposeResult
from textual.widgets import Input

from mcptui.tui.settings.pairs_field import PairsField
from tests.support.pilot import press, settle
from tests.support.screens import terminal_output, text_grid

SECRET: Final = "canary-7Fh2kQ9x"


class PairsApp(App[None]):
    """Only the rows."""

    def compose(self) -> ComposeResult:
        yield PairsField(("server", "read_*"), id="pairs")


async def test_a_row_is_added_for_the_next_and_those_without_a_name_do_not_count() -> None:
    app = PairsApp()
    async with app.run_test(size=(60, 10)) as pilot:
        await settle(pilot)
        field = app.query_one(PairsField)
        assert text_grid(app).split() == ["server", "read_*"]
        await press(pilot, *"github", "tab", *"x")
        assert field.pairs == (("github", "x"),)
        rows = app.query(Input)
        assert len(rows) == 4
        rows.last().value = "without a name"
        await settle(pilot)
        assert field.pairs == (("github", "x"),)


async def test_a_value_that_looks_like_a_secret_is_covered() -> None:
    app = PairsApp()
    async with app.run_test(size=(60, 10)) as pilot:
        await settle(pilot)
        await app.query_one(PairsField).fill((("API_TOKEN", SECRET), ("MODE", "fast")))
        await settle(pilot)
        assert SECRET not in terminal_output(app)
        assert "fast" in text_grid(app)
