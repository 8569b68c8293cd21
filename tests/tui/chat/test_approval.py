"""Questions of the tool loop: run, reject, always, change the arguments."""

from __future__ import annotations

import pytest

from mcptui.model.runtime import CallEvent
from mcptui.tui.chat.approval import ArgumentsDialog
from tests.support.chat import (
    CALL,
    answers,
    asking,
    open_chat,
    send,
    showing,
    text,
    until,
)
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


@pytest.mark.parametrize(("key", "runs"), [("a", True), ("A", True), ("-", False), ("_", False)])
async def test_approvals(make_app: MakeApp, key: str, runs: bool) -> None:
    gateway = asking(CallEvent(type="approval", value=CALL))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        assert "a allow once · A always" in text_grid(app)
        assert screen.approvals.has_focus
        await press(pilot, key)
        assert answers(gateway) == [("c1", {"approve": runs})]
        assert screen.prompt.has_focus
        # The same tool in the next turn: only "always" and "never" are remembered.
        gateway.answered.clear()
        await send(pilot, "More")
        await pilot.pause()
        assert len(answers(gateway)) == (2 if key in "A_" else 1)
        await press(pilot, "escape")


async def test_the_text_field_has_the_focus_again_whatever_was_answered(make_app: MakeApp) -> None:
    """Hidden, the question loses the focus to anything: letters that were meant as text would be keys."""
    gateway = asking(text("Let me see."), CallEvent(type="approval", value=CALL), after=())
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        await until(pilot, lambda: screen.approvals.has_focus and "esc Stop" in text_grid(app))
        await pilot.press("_")
        await until(pilot, lambda: screen.prompt.has_focus)
        await pilot.press(*"next")
        assert screen.prompt.text == "next"


async def test_a_rejection_with_a_word(make_app: MakeApp) -> None:
    gateway = asking(CallEvent(type="approval", value={**CALL, "annotations": {"destructiveHint": False}}))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        assert "files__search · writes ─" in text_grid(app)
        await press(pilot, "w")
        await pilot.press("escape")
        await pilot.pause()
        assert answers(gateway) == []
        await press(pilot, "w")
        await press(pilot, *"ask me", "enter")
        await settle(pilot)
        assert answers(gateway) == [("c1", {"approve": False, "reason": "ask me"})]


async def test_a_question_does_not_take_the_focus_from_a_text(make_app: MakeApp) -> None:
    gateway = asking(CallEvent(type="approval", value=CALL))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi")
        screen.prompt.post_message(screen.prompt.Sent("Hi"))
        screen.prompt.text = "next"
        screen._turn = screen.run_turn("gpt-4o", "Hi")
        screen.prompt.text = "next"
        await pilot.pause()
        await pilot.press("a")
        assert answers(gateway) == []
        assert "esc leave input, then: a allow once" in text_grid(app)
        # From a text, the first escape leads to the question, and only the next one stops the answer.
        await pilot.press("escape")
        assert screen.approvals.has_focus
        assert screen.is_answering
        await press(pilot, "escape")
        assert not screen.is_answering


async def test_arguments_can_be_changed_first(make_app: MakeApp) -> None:
    gateway = asking(CallEvent(type="approval", value=CALL))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await press(pilot, "e")
        assert showing(app, ArgumentsDialog)
        await pilot.press("escape")
        await pilot.pause()
        assert answers(gateway) == []
        await press(pilot, "e")
        area = app.screen.query_one("TextArea")
        area.text = "[1]"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert "a JSON object is required" in text_grid(app)
        area.text = "{"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert "line 1" in text_grid(app)
        area.text = '{"pattern": "*"}'  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert answers(gateway) == [("c1", {"approve": True, "arguments": {"pattern": "*"}})]
