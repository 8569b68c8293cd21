"""A stateless client that the gateway does not ask: at a stateless server, and at a handshake server."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.relay.era_bridge.messages import (
    Cancellation,
    FromClient,
    FromServer,
    Notification,
    Question,
    Request,
    Result,
    ToClient,
    ToServer,
)
from mcptui.gateway.relay.era_bridge.stateless_clients import SealedState, WithoutEnvelope
from mcptui.gateway.relay.seal import bad_state
from tests.support.playbook import Playbook, ReadableSeals, asks, failure
from tests.support.questions import ANSWERS, question

PROGRESS = Notification("notifications/progress", {"progressToken": 1, "progress": 1})
LOG = Notification("notifications/message", {"level": "info", "data": "…"})
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}

INVALID = failure(-32602, bad_state().message)


def sealed() -> Playbook:
    return Playbook(SealedState(ReadableSeals()))


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_server_asks_by_its_result_and_gets_its_state_back(kind: str) -> None:
    questions, answers = {"k": question(kind, "stateless")}, {"k": ANSWERS[kind]}
    assert (
        sealed()
        >> FromClient(Request({"name": "t"}))
        << ToServer(Request({"name": "t"}))
        >> FromServer(asks(questions, "s1"))
        << ToClient(asks(questions, "sealed s1"))
    )
    assert (
        sealed()
        >> FromClient(Request({"name": "t", "requestState": "sealed s1", "inputResponses": answers}))
        << ToServer(Request({"name": "t", "requestState": "s1", "inputResponses": answers}))
        >> FromServer(Result({"content": []}))
        << ToClient(Result({"content": []}))
    )


def test_a_server_that_asks_without_a_state() -> None:
    assert sealed() >> FromServer(asks({})) << ToClient(asks({}))


@pytest.mark.parametrize("state", [None, 1, ["s"]])
def test_a_state_that_is_no_text_is_the_servers_own_mistake(state: Any) -> None:
    result = Result({"resultType": "input_required", "requestState": state})
    assert sealed() >> FromServer(result) << ToClient(result)


def test_only_a_question_has_a_state() -> None:
    result = Result({"resultType": "complete", "requestState": "mine"})
    assert sealed() >> FromServer(result) << ToClient(result)


@pytest.mark.parametrize("state", ["s1", "sealed", 1, [], False])
def test_a_state_that_was_not_sealed_here_reaches_no_server(state: Any) -> None:
    assert sealed() >> FromClient(Request({"requestState": state})) << ToClient(INVALID)


def test_a_state_of_null_is_none() -> None:
    request = Request({"requestState": None})
    assert sealed() >> FromClient(request) << ToServer(request)


@given(st.text(), st.dictionaries(st.text(), st.integers()))
def test_a_state_survives_and_nothing_else_changes(state: str, more: dict[str, Any]) -> None:
    more.pop("requestState", None)
    result = {**more, "resultType": "input_required", "requestState": state}
    (told,) = SealedState(ReadableSeals()).receive(FromServer(Result(result)))
    assert isinstance(told, ToClient)
    assert isinstance(told.message, Result)
    carried = told.message.value["requestState"]
    assert carried != state
    assert {**told.message.value, "requestState": state} == result
    retry = Request({**more, "requestState": carried})
    assert (
        Playbook(SealedState(ReadableSeals()))
        >> FromClient(retry)
        << ToServer(Request({**more, "requestState": state}))
    )


def test_a_handshake_server_gets_no_envelope() -> None:
    assert (
        Playbook(WithoutEnvelope())
        >> FromClient(Request({"name": "t", "_meta": {**ENVELOPE, "progressToken": 1}}))
        << ToServer(Request({"name": "t", "_meta": {"progressToken": 1}}))
        >> FromServer(Result({"content": []}))
        << ToClient(Result({"content": []}))
    )
    assert Playbook(WithoutEnvelope()) >> FromClient(Request({"_meta": ENVELOPE})) << ToServer(Request({}))


@pytest.mark.parametrize("rules", [SealedState(ReadableSeals()), WithoutEnvelope()])
def test_progress_logs_errors_and_cancellations_go_on(rules: Any) -> None:
    assert (
        Playbook(rules)
        >> FromServer(PROGRESS)
        << ToClient(PROGRESS)
        >> FromServer(LOG)
        << ToClient(LOG)
        >> FromServer(failure(-5, "no such thing", {"a": 1}))
        << ToClient(failure(-5, "no such thing", {"a": 1}))
        >> FromClient(Cancellation())
        << ToServer(Cancellation())
    )


def test_a_stateless_server_has_no_questions_of_its_own() -> None:
    assert not SealedState.questions_pass
    assert WithoutEnvelope.questions_pass
    asked = Question("1", "roots/list", {})
    assert Playbook(WithoutEnvelope()) >> FromServer(asked) << ToClient(asked)
