from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Paste

from mcptui.tui.widgets.secret_field import SecretField
from tests.support.screens import text_grid

SECRET = "canary-7Fh2kQ9x"


class FieldApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "count", "Count")]

    def __init__(self, value: str = SECRET, *, read_only: bool = False) -> None:
        super().__init__()
        self._start = value
        self._is_read_only = read_only
        self.counted = 0

    def compose(self) -> ComposeResult:
        yield SecretField(self._start, read_only=self._is_read_only)

    def action_count(self) -> None:
        self.counted += 1


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
        await pilot.press("alt+y")
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


@pytest.mark.parametrize("key", ["x", "space", "backspace", "delete", "ctrl+w", "ctrl+u", "ctrl+k", "ctrl+x", "ctrl+v"])
async def test_nothing_changes_one_that_is_only_to_be_read(key: str) -> None:
    app = FieldApp(read_only=True)
    async with app.run_test() as pilot:
        field = app.query_one(SecretField)
        await pilot.press("home", key, "shift+end", key)
        field.post_message(Paste("another"))
        await pilot.pause()
        assert field.value == SECRET


@pytest.mark.parametrize(("read_only", "value", "counted"), [(True, SECRET, 1), (False, "y", 0)])
async def test_letters_are_keys_of_the_screen_where_they_are_no_text(read_only: bool, value: str, counted: int) -> None:
    app = FieldApp(read_only=read_only)
    async with app.run_test() as pilot:
        await pilot.press("y")
        assert app.query_one(SecretField).value == value
        assert app.counted == counted
