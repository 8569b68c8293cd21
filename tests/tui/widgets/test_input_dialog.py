"""One line of text."""

from __future__ import annotations

import pytest
from textual.app import App

from mcptui.tui.widgets.input_dialog import InputDialog


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], "old"),
        (["b", "enter"], "oldb"),
        (["escape"], None),
        (["ctrl+u", "enter"], None),
        (["ctrl+u", "space", "enter"], None),
        (["space", "enter"], "old"),
    ],
)
async def test_enter_accepts_escape_cancels_and_blanks_are_nothing(keys: list[str], answer: str | None) -> None:
    app = App[None]()
    answers: list[str | None] = []
    async with app.run_test() as pilot:
        app.push_screen(InputDialog("Title [x]", "Text [y]", "old"), answers.append)
        await pilot.pause()
        await pilot.press("end", *keys)
        await pilot.pause()
    assert answers == [answer]
