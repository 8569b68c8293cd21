"""One question and its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallEvent
from mcptui.tui.chat.screen import ChatScreen
from tests.support.chat import (
    ANSWER,
    CALL,
    answers,
    asking,
    done,
    open_chat,
    requests,
    send,
    sessions,
    showing,
    text,
    until,
    used,
)
from tests.support.clock import Moment
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_the_request_carries_the_conversation_and_the_key(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), used(prompt_tokens=7), done(ANSWER, rounds=2)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        app.testing_key = "ci"
        await open_chat(pilot, *"Hi", "ctrl+j", *"you", "enter")
        assert "7 tokens in · 0 out · 2 rounds" in text_grid(app)
        await press(pilot, "f7", *"More", "enter")
        first, second = requests(gateway)
        question = {"role": "user", "content": "Hi\nyou"}
        expected = {"model": "gpt-4o", "key": "ci", "servers": None, "messages": [question], "approve": "ask"}
        assert first == {**expected, "system": "", "temperature": None, "attached": []}
        assert second["messages"] == [question, ANSWER, {"role": "user", "content": "More"}]
        assert second["approve"] == "never"


async def test_stopping_keeps_what_came(make_app: MakeApp) -> None:
    gateway = asking(text("Half an"))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        await pilot.press(*"next", "enter")
        assert len(requests(gateway)) == 1
        assert screen.prompt.text == "next"
        await press(pilot, "escape")
        assert not screen.is_answering
        assert "Stopped, partial answer kept" in text_grid(app)
        gateway.answered.set()
        await press(pilot, "enter")
        assert requests(gateway)[1]["messages"][1] == {"role": "assistant", "content": "Half an"}


@pytest.mark.parametrize(
    "event",
    [
        CallEvent(type="error", value={"code": 401, "message": "The key is wrong", "data": {"hint": "Set it"}}),
        UnreachableError("The key is wrong", hint="Set it"),
    ],
)
async def test_an_error_keeps_the_draft(make_app: MakeApp, event: CallEvent | UnreachableError) -> None:
    app = make_app(gateway=demo_gateway(events={"chat": [event]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "✗ The key is wrong" in text_grid(app)
        assert "Set it" in text_grid(app)
        assert screen.prompt.text == "Hi"


async def test_a_broken_connection_is_an_error_too(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway(events={"chat": [text("Half")]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "ended in the middle of the answer" in text_grid(app)
        assert screen.prompt.text == ""


async def test_servers_may_ask_during_a_turn(make_app: MakeApp) -> None:
    question = {"id": "7", "method": "elicitation/create", "params": {"message": "Sure?"}}
    gateway = asking(CallEvent(type="ask", value=question))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        assert "Sure?" in text_grid(app)
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert answers(gateway) == [("7", {"action": "accept", "content": {}})]
        assert showing(app, ChatScreen)


async def test_an_answer_that_is_cut_off_by_leaving_is_kept(make_app: MakeApp) -> None:
    app = make_app(gateway=asking(text("Half an")))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await pilot.pause()
    (session,) = sessions(app)
    (turn,) = app.context.workspace.conversations.turns(session.id)
    assert (turn.text, turn.outcome) == ("Half an", "stopped")


async def test_the_time_of_an_answer_is_without_the_time_of_the_person(make_app: MakeApp) -> None:
    gateway = asking(CallEvent(type="approval", value=CALL), after=(text("Done"), done(ANSWER)))
    app = make_app(gateway=gateway)
    moment = Moment()
    app.context = replace(app.context, clock=moment)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        moment.now += 100
        await press(pilot, "a")
        await until(pilot, lambda: "0.0 s" in text_grid(app))
