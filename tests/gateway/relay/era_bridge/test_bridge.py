"""A handshake client at a handshake server: everything goes on as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.relay.era_bridge.bridge import EraBridge
from mcptui.gateway.relay.era_bridge.messages import (
    Answer,
    Cancellation,
    FromClient,
    FromServer,
    Message,
    Notification,
    Pause,
    Question,
    Request,
    Result,
    ToClient,
    ToServer,
)
from mcptui.protocol.errors import RpcError
from tests.support.playbook import Playbook, failure, refusal
from tests.support.questions import ANSWERS, question


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_question_in_the_middle_of_a_call_and_its_answer(kind: str) -> None:
    asked = Question("7", *question(kind, "handshake"))
    assert (
        Playbook(EraBridge())
        >> FromClient(Request({"name": "t"}))
        << ToServer(Request({"name": "t"}))
        >> FromServer(asked)
        << ToClient(asked)
        >> FromClient(Answer("7", ANSWERS[kind]))
        << ToServer(Answer("7", ANSWERS[kind]))
        >> FromServer(Result({"content": []}))
        << ToClient(Result({"content": []}))
    )


def test_a_client_refuses_and_the_server_goes_on() -> None:
    assert (
        Playbook(EraBridge())
        >> FromServer(Question("1", "roots/list", {}))
        << ToClient(Question("1", "roots/list", {}))
        >> FromClient(refusal("1", -1, "not today"))
        << ToServer(refusal("1", -1, "not today"))
        >> FromServer(failure(-5, "then not", {"why": [None]}))
        << ToClient(failure(-5, "then not", {"why": [None]}))
    )


@pytest.mark.parametrize(
    "note",
    [
        Notification("notifications/progress", {"progressToken": 1, "progress": 1}),
        Notification("notifications/message", {"level": "info", "data": "…"}),
    ],
)
def test_progress_and_logs(note: Notification) -> None:
    assert Playbook(EraBridge()) >> FromServer(note) << ToClient(note) >> Pause()


def test_a_cancellation() -> None:
    assert Playbook(EraBridge()) >> FromClient(Cancellation()) << ToServer(Cancellation())


json = st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.booleans()))


@given(st.builds(Request, json) | st.builds(Result, json) | st.builds(Answer, st.text(), json))
def test_no_message_is_changed(message: Message) -> None:
    assert EraBridge().receive(FromClient(message)) == (ToServer(message),)
    assert EraBridge().receive(FromServer(message)) == (ToClient(message),)


def test_what_a_rule_refuses_ends_the_call() -> None:
    class Refusing(EraBridge):
        def from_client(self, message: Message) -> tuple[ToServer, ...]:
            raise RpcError(-32602, "no")

    assert Playbook(Refusing()) >> FromClient(Request({})) << ToClient(failure(-32602, "no"))
