from __future__ import annotations

from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.model.runtime import CallEvent
from mcptui.services.answering import Answer

ANSWER = {"role": "assistant", "content": "Hello"}


def event(kind: str, **value: Any) -> CallEvent:
    return CallEvent(type=kind, value=value)


@pytest.fixture
def answer() -> Answer:
    return Answer("Hi", {"model": "m", "key": "k", "servers": ["one"]}, at=10.0)


def test_a_whole_answer(answer: Answer) -> None:
    assert answer.is_empty
    for each in (
        event("text", delta="Let "),
        event("text", delta="me see"),
        event("tool", id="1", name="t", status="running"),
        event("progress", progress=1),
        event("tool", id="1", name="t", status="ok"),
        event("text", delta="Hello"),
        event("usage", usage={"prompt_tokens": 3}, cost=0.5, context=40, context_size=100),
        event("done", messages=[ANSWER], rounds=2, stop="stop"),
    ):
        answer.take(each)
    turn = answer.turn(12.5)
    assert [part.get("text", part.get("status")) for part in turn.parts] == ["Let me see", "ok", "Hello"]
    assert (turn.question, turn.model, turn.key, turn.at, turn.seconds) == ("Hi", "m", "k", 10.0, 2.5)
    assert (turn.messages, turn.usage, turn.rounds) == ((ANSWER,), {"prompt_tokens": 3}, 2)
    assert (turn.servers, turn.cost, turn.fullness) == (["one"], 0.5, 0.4)
    assert (turn.outcome, turn.note, turn.text) == ("done", "", "Let me see\n\nHello")
    assert not answer.is_empty


def test_time_in_which_the_person_is_asked_is_not_counted(answer: Answer) -> None:
    for wait, now in ((True, 11.0), (True, 20.0), (False, 30.0), (False, 31.0), (True, 32.0)):
        (answer.wait if wait else answer.resume)(now)
    assert answer.turn(40.0).seconds == 3.0


def test_a_limit(answer: Answer) -> None:
    answer.take(event("done", messages=[ANSWER], stop="max_output_tokens"))
    turn = answer.turn(10)
    assert (turn.outcome, turn.note) == ("done", "incomplete: max output tokens")


def test_a_stopped_answer(answer: Answer) -> None:
    answer.take(event("text", delta="Half"))
    answer.take(event("tool", id="1", name="t", status="running"))
    answer.stop()
    turn = answer.turn(10)
    assert (turn.outcome, turn.note) == ("stopped", "stopped")
    assert turn.parts[1]["status"] == "cancelled"
    assert [message["role"] for message in turn.messages] == ["assistant", "tool"]


def test_failures(answer: Answer) -> None:
    answer.take(event("error", message="no", data={"messages": [ANSWER]}))
    turn = answer.turn(10)
    assert (turn.outcome, turn.note, turn.messages) == ("failed", "no", (ANSWER,))
    answer = Answer("Hi", {"model": "m"}, at=0)
    answer.take(event("error"))
    assert answer.is_empty
    assert answer.turn(0).note == "The model returned no answer."
    answer = Answer("Hi", {"model": "m"}, at=0)
    answer.take(event("text", delta="Half"))
    answer.fail(McptuiError("broken"))
    assert answer.outcome == "failed"
    assert answer.turn(0).messages == ({"role": "assistant", "content": "Half"},)


def test_what_was_used_counts_whatever_the_end_is(answer: Answer) -> None:
    answer.take(event("usage", usage={"prompt_tokens": 3}, cost=0.5, context=40, context_size=None))
    answer.stop()
    assert (answer.turn(10).usage, answer.turn(10).cost, answer.turn(10).fullness) == ({"prompt_tokens": 3}, 0.5, None)


def test_a_conversation_that_is_too_long_fills_its_context(answer: Answer) -> None:
    answer.take(event("error", message="too long", data={"context_size": 4096}))
    assert (answer.turn(10).fullness, answer.turn(10).context_size) == (1.0, 4096)
