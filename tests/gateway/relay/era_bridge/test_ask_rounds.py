"""A handshake client at a stateless server."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.relay.era_bridge.ask_rounds import MAX_ROUNDS, AskRounds
from mcptui.gateway.relay.era_bridge.messages import (
    Answer,
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
from tests.support.playbook import Playbook, asks, failure, refusal
from tests.support.questions import ANSWERS, question

ROOTS: tuple[str, dict[str, Any]] = ("roots/list", {})
FORM = question("form", "stateless")
DONE = Result({"content": []})
CALL = {"name": "t", "arguments": {"n": 1}}


def begun() -> Playbook:
    """A call that is at its server."""
    return Playbook(AskRounds("up", can_ask=True)) >> FromClient(Request(CALL)) << ToServer(Request(CALL))


def with_answers(answers: dict[str, Any], state: str | None = None) -> ToServer:
    params = {**CALL, "inputResponses": answers}
    return ToServer(Request(params if state is None else {**params, "requestState": state}))


def test_a_call_without_questions() -> None:
    assert begun() >> FromServer(DONE) << ToClient(DONE)


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_question_and_its_answer(kind: str) -> None:
    method, params = question(kind, "stateless")
    # A handshake client wants an id for what happens at a URL.
    asked = {**params, "elicitationId": ANY} if kind == "url" else params
    assert (
        begun()
        >> FromServer(asks({"k": (method, params)}, "s1"))
        << ToClient(Question("k", method, asked))
        >> FromClient(Answer("k", ANSWERS[kind]))
        << with_answers({"k": ANSWERS[kind]}, "s1")
        >> FromServer(DONE)
        << ToClient(DONE)
    )


def test_several_questions_at_once_are_asked_side_by_side() -> None:
    assert (
        begun()
        >> FromServer(asks({"a": FORM, "b": ROOTS}))
        << ToClient(Question("a", *FORM))
        << ToClient(Question("b", *ROOTS))
        >> FromClient(Answer("b", {"roots": []}))
        >> FromClient(Answer("a", {"action": "decline"}))
        << with_answers({"a": {"action": "decline"}, "b": {"roots": []}})
    )


def test_a_state_that_the_server_gives_up_is_not_sent_again() -> None:
    assert (
        begun()
        >> FromServer(asks({"a": ROOTS}, "s1"))
        << ToClient(Question("a", *ROOTS))
        >> FromClient(Answer("a", {"roots": []}))
        << with_answers({"a": {"roots": []}}, "s1")
        >> FromServer(asks({"b": ROOTS}))
        << ToClient(Question("b", *ROOTS))
        >> FromClient(Answer("b", {"roots": [1]}))
        << with_answers({"b": {"roots": [1]}})
        >> FromServer(asks({"c": ROOTS}, "s3"))
        << ToClient(Question("c", *ROOTS))
        >> FromClient(Answer("c", {}))
        << with_answers({"c": {}}, "s3")
    )


def test_what_the_client_itself_sends_by_those_names_goes_on_once() -> None:
    own = {**CALL, "requestState": "own", "inputResponses": {"own": 1}}
    assert (
        Playbook(AskRounds("up", can_ask=True))
        >> FromClient(Request(own))
        << ToServer(Request(own))
        >> FromServer(asks({"a": ROOTS}))
        << ToClient(Question("a", *ROOTS))
        >> FromClient(Answer("a", {"roots": []}))
        << with_answers({"a": {"roots": []}})
    )


@pytest.mark.parametrize("requests", [{}, None, [], "?"])
def test_a_server_that_only_wants_to_be_asked_again(requests: Any) -> None:
    result = Result({"resultType": "input_required", "inputRequests": requests, "requestState": "s1"})
    assert begun() >> FromServer(result) << with_answers({}, "s1")


@pytest.mark.parametrize("entry", [None, 1, {}, {"method": 1}, {"method": "roots/list", "params": [1]}, {"params": {}}])
def test_a_malformed_question_is_asked_nobody(entry: Any) -> None:
    good = {"method": "roots/list"}
    result = Result({"resultType": "input_required", "inputRequests": {"good": good, "bad": entry}})
    assert begun() >> FromServer(result) << ToClient(failure(-32603, "the server asked in a malformed way"))


def test_a_question_may_do_without_params() -> None:
    result = Result({"resultType": "input_required", "inputRequests": {"k": {"method": "roots/list", "params": None}}})
    assert begun() >> FromServer(result) << ToClient(Question("k", *ROOTS))


@pytest.mark.parametrize("kind", ["form", "url"])
def test_who_refuses_an_elicitation_cancels_it(kind: str) -> None:
    method, params = question(kind, "stateless")
    assert (
        begun()
        >> FromServer(asks({"k": (method, params), "r": ROOTS}))
        << ToClient(Question("k", method, {**params, "elicitationId": ANY} if kind == "url" else params))
        << ToClient(Question("r", *ROOTS))
        >> FromClient(refusal("k", -32601, "not declared"))
        >> FromClient(Answer("r", {"roots": []}))
        << with_answers({"k": {"action": "cancel"}, "r": {"roots": []}})
    )


@pytest.mark.parametrize("kind", ["sampling", "roots"])
def test_who_refuses_anything_else_ends_the_call(kind: str) -> None:
    method, params = question(kind, "stateless")
    assert (
        begun()
        >> FromServer(asks({"k": (method, params), "f": FORM}))
        << ToClient(Question("k", method, params))
        << ToClient(Question("f", *FORM))
        >> FromClient(refusal("k", -32601, "not declared"))
        << ToClient(failure(-32601, "not declared"))
        # What comes too late changes nothing any more.
        >> FromClient(Answer("f", {"action": "accept"}))
        >> FromClient(refusal("f", -1, "late"))
    )


def test_a_client_that_cannot_be_asked() -> None:
    assert (
        Playbook(AskRounds("up", can_ask=False))
        >> FromClient(Request(CALL))
        << ToServer(Request(CALL))
        >> FromServer(asks({"k": FORM}))
        << ToClient(failure(-32603, "server up asks, but this client cannot be asked"))
    )


def test_so_many_rounds_and_no_more() -> None:
    script = begun()
    for number in range(MAX_ROUNDS):
        script >> FromServer(asks({"k": ROOTS}, f"s{number}")) << ToClient(Question("k", *ROOTS))
        script >> FromClient(Answer("k", {"roots": []})) << with_answers({"k": {"roots": []}}, f"s{number}")
    assert (
        script
        >> FromServer(asks({"k": ROOTS}, "s"))
        << ToClient(failure(-32603, f"server up asked more than {MAX_ROUNDS} times"))
    )


def test_progress_logs_errors_and_cancellations_go_on() -> None:
    progress = Notification("notifications/progress", {"progressToken": 1, "progress": 1})
    log = Notification("notifications/message", {"level": "info", "data": "…"})
    assert (
        begun()
        >> FromServer(progress)
        << ToClient(progress)
        >> FromServer(log)
        << ToClient(log)
        >> FromServer(failure(-5, "no such thing", [None]))
        << ToClient(failure(-5, "no such thing", [None]))
        >> FromClient(Cancellation())
        << ToServer(Cancellation())
    )


def test_a_stateless_server_has_no_questions_of_its_own() -> None:
    assert not AskRounds.questions_pass


@given(st.permutations(["a", "b", "c", "d"]), st.none() | st.text())
def test_answers_come_in_any_order_and_go_in_that_of_the_questions(order: list[str], state: str | None) -> None:
    rules = AskRounds("up", can_ask=True)
    rules.receive(FromClient(Request({**CALL, "requestState": "old"})))
    rules.receive(FromServer(asks(dict.fromkeys("abcd", ROOTS), state)))
    commands = [command for id_ in order for command in rules.receive(FromClient(Answer(id_, {"of": id_})))]
    assert commands == [with_answers({id_: {"of": id_} for id_ in "abcd"}, state)]
    assert isinstance(commands[0], ToServer)
    assert isinstance(commands[0].message, Request)
    assert list(commands[0].message.params["inputResponses"]) == list("abcd")
