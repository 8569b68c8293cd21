from __future__ import annotations

import pytest
from textual.app import App

from mcptui.tui.widgets.dialogs import Choice, ChoiceDialog, ConfirmDialog, TextDialog
from tests.support.screens import text_grid


class EmptyApp(App[None]):
    pass


async def answer(dialog: ChoiceDialog, *keys: str) -> str | None:
    app = EmptyApp()
    answers: list[str | None] = []
    async with app.run_test() as pilot:
        app.push_screen(dialog, answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    return answers[0]


async def test_enter_takes_the_last_answer() -> None:
    assert await answer(ConfirmDialog("Delete?", "All of it", "Delete"), "enter") == "cancel"


async def test_escape_cancels() -> None:
    assert await answer(ChoiceDialog("Which?", "", [Choice("a", "A"), Choice("b", "B")]), "escape") == "cancel"


async def test_arrows_and_vi_keys_move() -> None:
    assert await answer(ConfirmDialog("Delete?", "", "Delete"), "left", "enter") == "confirm"
    assert await answer(ConfirmDialog("Delete?", "", "Delete"), "h", "l", "enter") == "cancel"


async def test_texts_are_literal() -> None:
    app = EmptyApp()
    async with app.run_test() as pilot:
        app.push_screen(ConfirmDialog("Delete [/x]?", "loses [b]team\x1b]0;x", "Delete"))
        await pilot.pause()
        grid = text_grid(app)
        assert "Delete [/x]?" in grid
        assert "loses [b]team\\u001b]0;x" in grid


async def test_a_text_can_be_read_and_copied() -> None:
    app = EmptyApp()
    async with app.run_test(notifications=True) as pilot:
        app.push_screen(TextDialog("Lines", "\n".join(f"line {number}" for number in range(100))))
        await pilot.pause()
        await pilot.press("G")
        assert "line 99" in text_grid(app)
        await pilot.press("g", "j", "k", "ctrl+d", "ctrl+u")
        assert "line 0" in text_grid(app)
        await pilot.press("y")
        assert app.clipboard.startswith("line 0\nline 1")
        await pilot.press("escape")
        assert not isinstance(app.screen, TextDialog)


@pytest.mark.parametrize("size", [(40, 10), (40, 16), (80, 24)])
async def test_the_answers_of_a_long_question_are_visible(size: tuple[int, int]) -> None:
    app = EmptyApp()
    async with app.run_test(size=size) as pilot:
        app.push_screen(ConfirmDialog("Delete?", "It is used by many. " * 40, "Delete"))
        await pilot.pause()
        assert "Delete (y)" in text_grid(app)
        assert "It is used by many." in text_grid(app)
