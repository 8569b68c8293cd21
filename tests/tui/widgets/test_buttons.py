"""Buttons of one line."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from mcptui.tui.widgets.buttons import ButtonRow, LineButton


def test_the_label_is_literal_and_the_tone_a_class() -> None:
    button = LineButton("[b]Run[/b]", id="x", variant="error", classes="wide")
    assert str(button.label) == "[b]Run[/b]"
    assert button.id == "x"
    assert {"tone-error", "wide"} <= set(button.classes)
    # Textual's own variants have colours of their own for the focus.
    assert button.variant == "default"


class Row(App[None]):
    def compose(self) -> ComposeResult:
        with ButtonRow():
            for word in ("One", "Another", "Copy configuration"):
                yield LineButton(word)


@pytest.mark.parametrize(("width", "is_narrow"), [(80, False), (43, False), (42, True), (24, True)])
async def test_buttons_without_room_beside_each_other_stand_below_each_other(width: int, is_narrow: bool) -> None:
    app = Row()
    async with app.run_test(size=(width, 10)) as pilot:
        for _ in range(2):  # also when the terminal becomes as wide again
            await pilot.pause()
            buttons = [button.region for button in app.query(LineButton)]
            assert len({region.y for region in buttons}) == (3 if is_narrow else 1)
            assert all(region.right <= width for region in buttons)
            await pilot.resize_terminal(120, 10)
            await pilot.pause()
            assert len({button.region.y for button in app.query(LineButton)}) == 1
            await pilot.resize_terminal(width, 10)
