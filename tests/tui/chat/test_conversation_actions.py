"""Conversations continued in another way: an answer asked for again, a message edited, settings, names."""

from __future__ import annotations

from textual.widgets import Input, TextArea

from mcptui.model.runtime import CallEvent
from mcptui.tui.chat.turn_view import TurnView
from tests.support.chat import ANSWER, asking, done, open_chat, requests, sessions, text
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_an_answer_is_asked_for_again_and_takes_the_place_of_the_last_one(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter", *"More", "enter")
        await press(pilot, "alt+r")
        first, second, third = (request["messages"] for request in requests(gateway))
        assert third == second
        assert len(first) == 1
        assert len(screen.query(TurnView)) == 2
        (session,) = sessions(app)
        turns = app.context.workspace.conversations.turns(session.id)
        assert [turn.question for turn in turns] == ["Hi", "More"]


async def test_the_last_message_is_edited(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter", "alt+e")
        assert screen.prompt.text == "Hi"
        assert "Edit the last message" in text_grid(app)
        await press(pilot, "alt+e")
        assert (screen.prompt.text, screen.is_editing) == ("", False)
        await press(pilot, "alt+e", *" there", "enter")
        assert not screen.is_editing
        assert [message["content"] for message in requests(gateway)[1]["messages"]] == ["Hi there"]
        (session,) = sessions(app)
        assert [turn.question for turn in app.context.workspace.conversations.turns(session.id)] == ["Hi there"]


async def test_without_another_answer_the_last_one_is_there_again(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        gateway.events = {"chat": [CallEvent(type="error", value={"message": "overloaded"})]}
        await press(pilot, "alt+r")
        await settle(pilot)
        assert [turn.text for turn in screen.conversation.turns] == ["Hello"]
        assert "Hello" in text_grid(app)
        (session,) = sessions(app)
        assert [turn.text for turn in app.context.workspace.conversations.turns(session.id)] == ["Hello"]


async def test_nothing_can_be_asked_again_during_an_answer(make_app: MakeApp) -> None:
    gateway = asking(text("Half an"))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await pilot.press(*"Hi", "enter")
        await pilot.press("alt+r", "alt+e")
        assert len(requests(gateway)) == 1
        await press(pilot, "escape")


async def test_system_prompt_and_temperature_are_sent_and_saved(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, "f2", *"Be brief.", "tab", *"0.5", "ctrl+s", *"Hi", "enter")
        (request,) = requests(gateway)
        assert (request["system"], request["temperature"]) == ("Be brief.", 0.5)
        (session,) = sessions(app)
        (turn,) = app.context.workspace.conversations.turns(session.id)
        assert (turn.system, turn.temperature) == ("Be brief.", 0.5)
        await press(pilot, "alt+n", "f2")
        assert (app.screen.query_one(TextArea).text, app.screen.query_one(Input).value) == ("", "")


async def test_a_conversation_is_renamed(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, *"Hi", "enter", "alt+h", "e", "end", *" there", "enter")
        await settle(pilot)
        (session,) = sessions(app)
        assert session.title == "Hi there"
        assert "Hi there" in text_grid(app)
