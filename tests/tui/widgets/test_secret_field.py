from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from mcptui.tui.widgets.secret_field import SecretField
from tests.support.screens import text_grid

SECRET = "canary-7Fh2kQ9x"


class FieldApp(App[None]):
    def __init__(self, value: str = SECRET) -> None:
        super().__init__()
        self._start = value

    def compose(self) -> ComposeResult:
        yield SecretField(self._start)


async def test_the_value_is_covered_until_asked_for() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert SECRET not in text_grid(app)
        await pilot.press("ctrl+r")
        assert SECRET in text_grid(app)
        await pilot.press("ctrl+r")
        assert SECRET not in text_grid(app)


async def test_time_covers_it_again() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+r")
        app.query_one(SecretField).cover()
        await pilot.pause()
        assert SECRET not in text_grid(app)


async def test_copying_shows_only_the_length() -> None:
    app = FieldApp()
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert app.clipboard == SECRET
        assert SECRET not in text_grid(app)
        assert "15 characters" in text_grid(app)


@pytest.mark.parametrize(
    ("value", "shown"), [(SECRET, "•" * 11 + "kQ9x"), ("short-one", "•" * 9), ("${secret:a}", "${secret:a}")]
)
async def test_the_end_of_a_long_one_is_shown_unless_somebody_is_in_the_field(value: str, shown: str) -> None:
    app = FieldApp(value)
    async with app.run_test() as pilot:
        app.set_focus(None)
        await pilot.pause()
        assert shown in text_grid(app)
        app.query_one(SecretField).focus()
        await pilot.pause()
        assert "kQ9x" not in text_grid(app)
