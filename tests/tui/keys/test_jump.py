"""A letter on everything that can have the focus."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button

from mcptui.tui.keys.jump import JumpOverlay, targets


class ButtonsApp(App[None]):
    """More buttons than there is room for, one hidden, one off."""

    CSS = "Button { width: 10; height: 3; } #hidden { display: none; }"

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Button("1", id="first")
            yield Button("2", id="hidden")
            yield Button("3", id="off", disabled=True)
            yield Button("4", id="last")
            for number in range(5, 30):
                yield Button(str(number), id=f"b{number}")


async def test_what_is_in_view_has_a_letter_from_top_to_bottom() -> None:
    app = ButtonsApp()
    async with app.run_test(size=(40, 10)):
        found = {label: widget.id for label, widget in targets(app.screen).items()}
    assert found == {"a": "first", "s": "last", "d": "b5"}


@pytest.mark.parametrize(("key", "id_"), [("s", "last"), ("x", None), ("escape", None), ("enter", None)])
async def test_a_letter_says_where_to_go_and_every_other_key_goes_nowhere(key: str, id_: str | None) -> None:
    app = ButtonsApp()
    chosen: list[Widget | None] = []
    async with app.run_test(size=(40, 10)) as pilot:
        overlay: Screen[Widget | None] = JumpOverlay(targets(app.screen))
        app.push_screen(overlay, chosen.append)
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
    assert [widget.id if widget is not None else None for widget in chosen] == [id_]


async def test_another_size_closes_it() -> None:
    app = ButtonsApp()
    chosen: list[Widget | None] = []
    async with app.run_test(size=(40, 10)) as pilot:
        app.push_screen(JumpOverlay(targets(app.screen)), chosen.append)
        await pilot.pause()
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
    assert chosen == [None]
