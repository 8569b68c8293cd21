"""Resources and prompts in messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mcptui.model.chat import ChatTurn
from mcptui.model.runtime import CallEvent, Listed
from mcptui.tui.chat.conversation import Conversation
from mcptui.tui.chat.screen import ChatScreen
from tests.support.chat import ANSWER, done, open_chat, requests, sessions, showing, text
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press
from tests.support.scenes.app import MakeApp, demo_gateway

#: What the gateway says that the model was sent.
KEPT = [{"uri": "note://1", "text": "The ••••"}]
LISTED = Listed(
    prompts=[{"name": "sum", "arguments": [{"name": "topic", "required": True}]}, {"name": "plain"}],
    resources=[{"uri": "note://1", "name": "First"}],
    templates=[{"uriTemplate": "note://{id}", "name": "Any"}],
)


def serving(**contents: Any) -> FakeGateway:
    body = {"contents": [{"uri": "note://1", "text": "The body"}], **contents}
    said = {"messages": [{"role": "user", "content": {"type": "text", "text": "Summarise it"}}]}
    return demo_gateway(
        by_key={None: LISTED},
        events={
            "chat": [CallEvent(type="attached", value={"attached": KEPT}), text("Hello"), done(ANSWER)],
            "resources/read": [CallEvent(type="result", value=body)],
            "prompts/get": [CallEvent(type="result", value=said)],
        },
    )


async def test_a_resource_is_attached_and_sent_and_kept(make_app: MakeApp) -> None:
    gateway = serving()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"see", "space", "@", "enter")
        assert screen.prompt.text == "see @note://1 "
        await press(pilot, *"ok", "enter", *"me@home", "enter")
        first, second = requests(gateway)
        assert [message["content"] for message in first["messages"]] == ["see @note://1 ok"]
        assert (first["attached"], second["attached"]) == ([{"uri": "note://1", "text": "The body"}], [])
        sent = 'see @note://1 ok\n\n<resource uri="note://1">\nThe ••••\n</resource>'
        assert [message["content"] for message in second["messages"]] == [sent, "Hello", "me@home"]
        (session,) = sessions(app)
        turn = app.context.workspace.conversations.turns(session.id)[0]
        assert (turn.question, turn.attached) == ("see @note://1 ok", KEPT)


async def test_what_was_attached_goes_with_a_message_of_an_earlier_conversation(make_app: MakeApp) -> None:
    gateway = serving()
    app = make_app(gateway=gateway)
    turn = ChatTurn(question="see @note://1", model="gpt", at=0.0, messages=(ANSWER,), attached=KEPT)
    app.context.workspace.conversations.add(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "alt+h", "enter", "alt+r")
        (request,) = requests(gateway)
        assert request["attached"] == KEPT
        assert screen.attached_to("see @note://12") == KEPT
        await screen.open_conversation(
            Conversation(turns=[replace(turn, attached=[{"uri": "note://12", "text": "b"}])])
        )
        assert screen.attached_to("see @note://12") == [{"uri": "note://12", "text": "b"}]
        assert len(screen.attached_to("@note://12 @note://1")) == 2


async def test_what_has_no_text_is_not_attached(make_app: MakeApp) -> None:
    app = make_app(gateway=serving(contents=[{"uri": "note://1", "blob": "AA=="}]))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "@", "enter")
        assert screen.prompt.text == "@"
        await press(pilot, "backspace", "@", "escape")
        assert screen.prompt.text == "@"
        assert screen.prompt.has_focus


async def test_a_prompt_is_inserted_with_its_arguments(make_app: MakeApp) -> None:
    gateway = serving()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "/", "enter", *"fish", "ctrl+s")
        assert screen.prompt.text == "Summarise it"
        await press(pilot, "/")
        assert showing(app, ChatScreen)
        screen.prompt.text = ""
        await press(pilot, "/", "j", "enter")
        assert screen.prompt.text == "Summarise it"
        screen.prompt.text = ""
        await press(pilot, "/", "enter", "escape")
        assert screen.prompt.text == "/"
        params = [asked[2] for asked in gateway.asked if asked[0] == "call"]
        assert params == [{"name": "sum", "arguments": {"topic": "fish"}}, {"name": "plain", "arguments": {}}]
