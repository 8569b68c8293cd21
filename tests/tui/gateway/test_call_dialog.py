"""One call on the whole screen."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.content import Content

from mcptui.tui.gateway.call_dialog import CallDialog


@pytest.mark.parametrize(
    ("key", "answer"),
    [("escape", [None]), ("q", [None]), ("r", ["replay"]), ("e", ["edit"]), ("a", [])],
)
async def test_keys_say_what_to_do_and_without_anything_to_grant_it_stays(key: str, answer: list[str | None]) -> None:
    app = App[None]()
    answers: list[str | None] = []
    async with app.run_test() as pilot:
        app.push_screen(CallDialog("Call", Content("text"), "{}", None, is_editable=True), answers.append)
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
        assert answers == answer


async def test_it_is_copied_as_json() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        app.push_screen(CallDialog("Call", Content("text"), '{"id": 1}', None, is_editable=False))
        await pilot.pause()
        await pilot.press("y")
        assert app.clipboard == '{"id": 1}'
