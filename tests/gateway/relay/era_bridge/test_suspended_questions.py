"""A stateless client at a handshake server."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.relay.era_bridge.messages import (
    Answer,
    Cancellation,
    Command,
    FromClient,
    FromServer,
    Notification,
    Pause,
    Question,
    Refusal,
    Request,
    Result,
    Suspend,
    ToClient,
    ToServer,
    Withdrawal,
)
from mcptui.gateway.relay.era_bridge.suspended_questions import SuspendedQuestions, suspended_id
from mcptui.protocol.errors import METHOD_NOT_FOUND, URL_ELICITATION_REQUIRED, RpcError
from tests.support.playbook import Playbook, ReadableSeals, asks, failure, refusal
from tests.support.questions import ANSWERS, question

EVERYTHING: dict[str, Any] = {"sampling": {}, "roots": {}, "elicitation": {"form": {}, "url": {}}}
ROOTS: tuple[str, dict[str, Any]] = ("roots/list", {})
FORM = question("form", "handshake")
CALL = {"name": "t", "arguments": {"n": 1}}
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
DONE = Result({"content": []})
STATE = "sealed c1"
PROGRESS = Notification("notifications/progress", {"progressToken": 1, "progress": 1})
LOGIN = {"mode": "url", "elicitationId": "e1", "url": "https://login.example/", "message": "Log in"}


def begun(capabilities: dict[str, Any] | None = None) -> Playbook:
    """A call that is at its server."""
    rules = SuspendedQuestions("c1", EVERYTHING if capabilities is None else capabilities, ReadableSeals())
    return Playbook(rules) >> FromClient(Request({**CALL, "_meta": ENVELOPE})) << ToServer(Request(CALL))


def back(answers: Any) -> FromClient:
    """The client sends its request again."""
    return FromClient(Request({**CALL, "_meta": ENVELOPE, "requestState": STATE, "inputResponses": answers}))


def test_a_call_without_questions() -> None:
    assert begun() >> FromServer(DONE) << ToClient(DONE)


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_question_suspends_the_call_until_the_client_is_back(kind: str) -> None:
    asked, told = question(kind, "handshake"), question(kind, "stateless")
    assert (
        begun()
        >> FromServer(Question("7", *asked))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": told}, STATE))
        >> back({"1": ANSWERS[kind]})
        << ToServer(Answer("7", ANSWERS[kind]))
        >> FromServer(DONE)
        << ToClient(DONE)
    )


def test_questions_that_come_together_are_asked_together() -> None:
    assert (
        begun()
        >> FromServer(Question("7", *FORM))
        >> FromServer(Question("8", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": FORM, "2": ROOTS}, STATE))
        >> Pause()
        >> back({"2": {"roots": []}, "1": {"action": "decline"}})
        << ToServer(Answer("7", {"action": "decline"}))
        << ToServer(Answer("8", {"roots": []}))
    )


def test_a_server_that_asks_again_and_again() -> None:
    assert (
        begun()
        >> FromServer(Question("7", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": ROOTS}, STATE))
        >> back({"1": {"roots": []}})
        << ToServer(Answer("7", {"roots": []}))
        >> FromServer(Question("9", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"2": ROOTS}, STATE))
        >> back({"2": {"roots": [1]}})
        << ToServer(Answer("9", {"roots": [1]}))
        >> FromServer(DONE)
        << ToClient(DONE)
    )


def test_what_is_left_unanswered_is_asked_again_and_unknown_answers_are_ignored() -> None:
    assert (
        begun()
        >> FromServer(Question("7", *FORM))
        >> FromServer(Question("8", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": FORM, "2": ROOTS}, STATE))
        >> back({"2": {"roots": []}, "3": {}, "8": {}})
        << ToServer(Answer("8", {"roots": []}))
        << Suspend()
        << ToClient(asks({"1": FORM}, STATE))
        >> back(None)
        << Suspend()
        << ToClient(asks({"1": FORM}, STATE))
        >> back({"1": {"action": "accept"}, "2": {"roots": [1]}})
        << ToServer(Answer("7", {"action": "accept"}))
    )


@pytest.mark.parametrize("answer", [None, 1, "yes", []])
def test_an_answer_that_is_no_object_is_an_empty_one(answer: Any) -> None:
    assert (
        begun()
        >> FromServer(Question("7", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": ROOTS}, STATE))
        >> back({"1": answer})
        << ToServer(Answer("7", {}))
    )


@pytest.mark.parametrize(
    ("capabilities", "kind", "code", "message"),
    [
        ({"roots": {}}, "sampling", METHOD_NOT_FOUND, "Method not found: sampling/createMessage"),
        ({"roots": {}}, "form", METHOD_NOT_FOUND, "Method not found: elicitation/create"),
        ({"sampling": {}}, "roots", METHOD_NOT_FOUND, "Method not found: roots/list"),
        ({"elicitation": {}}, "url", -32602, "The client does not support elicitation by url"),
        ({"elicitation": {"url": {}}}, "form", -32602, "The client does not support elicitation by form"),
    ],
)
def test_a_client_is_asked_nothing_that_it_did_not_declare(
    capabilities: dict[str, Any], kind: str, code: int, message: str
) -> None:
    assert (
        begun(capabilities)
        >> FromServer(Question("7", *question(kind, "handshake")))
        << ToServer(refusal("7", code, message))
        >> Pause()
        >> FromServer(DONE)
        << ToClient(DONE)
    )


def test_a_refused_question_takes_no_number_and_needs_no_client() -> None:
    sampling = question("sampling", "handshake")
    refused = ToServer(refusal("8", METHOD_NOT_FOUND, "Method not found: sampling/createMessage"))
    assert (
        begun({"roots": {}})
        >> FromServer(Question("8", *sampling))
        << refused
        >> FromServer(Question("7", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": ROOTS}, STATE))
        >> FromServer(Question("8", *sampling))
        << refused
    )


def test_a_question_that_comes_while_the_client_is_away_waits_for_it() -> None:
    assert (
        begun()
        >> FromServer(Question("7", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": ROOTS}, STATE))
        >> FromServer(Question("8", *FORM))
        >> Pause()
        >> back({"1": {"roots": []}})
        << ToServer(Answer("7", {"roots": []}))
        << Suspend()
        << ToClient(asks({"2": FORM}, STATE))
    )


def test_a_question_that_the_server_takes_back() -> None:
    assert (
        begun()
        >> FromServer(Question("7", *ROOTS))
        >> FromServer(Question("8", *FORM))
        >> FromServer(Withdrawal("7"))
        >> Pause()
        << Suspend()
        << ToClient(asks({"2": FORM}, STATE))
        >> FromServer(Withdrawal("8"))
        >> back({"2": {"action": "accept"}})
        >> Pause()
        >> FromServer(DONE)
        << ToClient(DONE)
    )


@pytest.mark.parametrize("end", [DONE, failure(-5, "no such thing")])
def test_a_call_that_ends_while_the_client_is_away(end: Any) -> None:
    assert (
        begun()
        >> FromServer(Question("7", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": ROOTS}, STATE))
        >> FromServer(end)
        >> back({"1": {"roots": []}})
        << ToClient(end)
    )


def test_progress_and_logs_reach_a_client_that_is_there() -> None:
    log = Notification("notifications/message", {"level": "info", "data": "…"})
    assert (
        begun()
        >> FromServer(PROGRESS)
        << ToClient(PROGRESS)
        >> FromServer(log)
        << ToClient(log)
        >> FromServer(Question("7", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": ROOTS}, STATE))
        >> FromServer(PROGRESS)
        >> back({"1": {"roots": []}})
        << ToServer(Answer("7", {"roots": []}))
        >> FromServer(PROGRESS)
        << ToClient(PROGRESS)
    )


def test_a_cancelled_call_is_cancelled_at_the_server() -> None:
    assert begun() >> FromClient(Cancellation()) << ToServer(Cancellation()) >> FromServer(DONE)


def test_who_never_comes_back_has_not_answered() -> None:
    assert (
        begun()
        >> FromServer(Question("7", *FORM))
        >> FromServer(Question("8", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": FORM, "2": ROOTS}, STATE))
        >> FromClient(Cancellation())
        << ToServer(refusal("7", -32603, "the client did not answer"))
        << ToServer(refusal("8", -32603, "the client did not answer"))
        << ToServer(Cancellation())
    )


def test_a_needed_login_becomes_a_question_and_the_retry_a_new_call() -> None:
    login = failure(URL_ELICITATION_REQUIRED, "log in first", {"elicitations": [LOGIN]})
    told = {name: value for name, value in LOGIN.items() if name != "elicitationId"}
    assert begun() >> FromServer(login) << ToClient(asks({"1": ("elicitation/create", told)}, "sealed again"))
    assert suspended_id({**CALL, "requestState": "sealed again"}, ReadableSeals()) is None
    retry = {**CALL, "requestState": "sealed again", "inputResponses": {"1": {"action": "accept"}}}
    rules = SuspendedQuestions("c2", EVERYTHING, ReadableSeals())
    assert Playbook(rules) >> FromClient(Request(retry)) << ToServer(Request(CALL))


def test_a_needed_login_after_a_question() -> None:
    login = failure(URL_ELICITATION_REQUIRED, "log in first", {"elicitations": [LOGIN]})
    told = {name: value for name, value in LOGIN.items() if name != "elicitationId"}
    assert (
        begun()
        >> FromServer(Question("7", *ROOTS))
        >> Pause()
        << Suspend()
        << ToClient(asks({"1": ROOTS}, STATE))
        >> FromServer(login)
        >> back({})
        << ToClient(asks({"1": ("elicitation/create", told)}, "sealed again"))
    )


@pytest.mark.parametrize("capabilities", [{"roots": {}}, {"elicitation": {}}, {"elicitation": {"form": {}}}])
def test_a_needed_login_where_the_client_cannot_be_sent_to_one(capabilities: dict[str, Any]) -> None:
    login = failure(URL_ELICITATION_REQUIRED, "log in first", {"elicitations": [LOGIN]})
    assert begun(capabilities) >> FromServer(login) << ToClient(login)


def test_other_errors_arrive_whole() -> None:
    error = failure(-5, "no such thing", {"elicitations": [LOGIN]})
    assert begun() >> FromServer(error) << ToClient(error)


def test_where_a_state_leads() -> None:
    seals = ReadableSeals()
    assert suspended_id(CALL, seals) is None
    assert suspended_id({**CALL, "requestState": None}, seals) is None
    assert suspended_id({**CALL, "requestState": "sealed c1"}, seals) == "c1"
    for forged in ("c1", "again", 1, False):
        with pytest.raises(RpcError):
            suspended_id({**CALL, "requestState": forged}, seals)


Step = tuple[Literal["ask", "pause", "withdraw", "back"], int]


@given(st.lists(st.tuples(st.sampled_from(["ask", "pause", "withdraw", "back"]), st.integers(0, 7)), max_size=40))
def test_every_question_is_answered_once_and_asked_as_long_as_it_is_open(steps: list[Step]) -> None:
    """Whatever happens in which order: no question is lost, answered twice or shown when it is over."""
    rules = SuspendedQuestions("c1", EVERYTHING, ReadableSeals())
    rules.receive(FromClient(Request(CALL)))
    open_: dict[str, str] = {}
    shown: dict[str, Any] = {}
    is_away = False
    for number, (step, choice) in enumerate(steps):
        commands: tuple[Command, ...] = ()
        is_looked_at = step == "pause" and not is_away
        answered: dict[str, str] = {}
        match step:
            case "ask":
                open_[f"q{number}"] = f"q{number}"
                params = {"message": f"q{number}"}
                commands = rules.receive(FromServer(Question(f"q{number}", "elicitation/create", params)))
                assert commands == ()
            case "pause":
                commands = rules.receive(Pause())
            case "withdraw" if open_:
                gone = sorted(open_)[choice % len(open_)]
                del open_[gone]
                commands = rules.receive(FromServer(Withdrawal(gone)))
            case "back" if is_away:
                is_away, is_looked_at = False, True
                given = {key: {"of": key} for place, key in enumerate(shown) if choice >> place & 1}
                answered = {shown[key]: key for key in given if shown[key] in open_}
                commands = rules.receive(back(given))
        for id_, key in answered.items():
            assert ToServer(Answer(id_, {"of": key})) in commands
            del open_[id_]
        sent = [each for each in commands if isinstance(each, ToServer)]
        assert len(sent) == len(answered)
        assert not any(isinstance(each.message, Refusal) for each in sent)
        told = [each.message for each in commands if isinstance(each, ToClient)]
        assert len(told) <= 1
        if told:
            assert isinstance(told[0], Result)
            assert Suspend() in commands
            requests = told[0].value["inputRequests"]
            shown = {key: entry["params"]["message"] for key, entry in requests.items()}
            assert sorted(shown.values()) == sorted(open_)
            is_away = True
        elif is_looked_at:
            assert not open_
