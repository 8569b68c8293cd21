"""``mcptui chat``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from mcptui.model.runtime import CallEvent, JsonObject
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]

ANSWER = {"role": "assistant", "content": "Hello"}
EVENTS = [
    CallEvent(type="retry", value={"message": "slow down", "seconds": 2.0}),
    CallEvent(type="approval", value={"id": "c1", "name": "t", "arguments": {"x": 1}}),
    CallEvent(type="tool", value={"id": "c1", "name": "t", "status": "running"}),
    CallEvent(type="tool", value={"id": "c1", "name": "t\x1b", "status": "ok", "ms": 4.2}),
    CallEvent(type="text", value={"delta": "Hel"}),
    CallEvent(type="text", value={"delta": "lo\x1b"}),
    CallEvent(
        type="usage",
        value={"usage": {"prompt_tokens": 3}, "cost": 0.25, "context": 90, "context_size": 100},
    ),
    CallEvent(type="done", value={"messages": [ANSWER], "rounds": 2, "stop": "stop"}),
]


@pytest.fixture(autouse=True)
def _model(run: Run, gateway: FakeGateway) -> None:
    run("model", "add", "local", "--base-url", "http://127.0.0.1:1/v1", "--no-api-key")
    gateway.events = {"chat": EVENTS}


def test_a_question(run: Run, gateway: FakeGateway) -> None:
    answered = run("chat", "hello")
    assert answered.stdout == "Hello\\u001b\n"
    assert "[tool t\\u001b ok 4 ms]" in answered.stderr
    assert "[3 tokens in, 0 out, $0.2500]" in answered.stderr
    assert "[context 90% full" in answered.stderr
    assert "[slow down; retry in 2 s]" in answered.stderr
    assert 'wants to call t {"x": 1}: rejected' in answered.stderr
    assert gateway.asked[-1] == ("answer", "c1", {"approve": False}, None)
    run("chat", "hello", "--model", "other", code=3)
    run("model", "remove", "local", "--yes")
    assert "mcptui model add" in run("chat", "hello", code=4).stderr


def test_the_turn_as_json(run: Run) -> None:
    value = json.loads(run("chat", "hello", "--json").stdout)
    assert (value["question"], value["text"], value["outcome"], value["rounds"]) == ("hello", "Hello\x1b", "done", 2)
    assert [part["type"] for part in value["parts"]] == ["tool", "text"]
    assert (value["cost"], value["context"], value["context_size"]) == (0.25, 90, 100)
    assert json.loads(run("conversation", "list", "--json").stdout)[0]["id"] == value["conversation"]


def test_errors(run: Run, gateway: FakeGateway) -> None:
    error = CallEvent(type="error", value={"code": 429, "message": "too many"})
    gateway.events = {"chat": [error]}
    assert "too many" in run("chat", "hello", code=1).stderr
    value = json.loads(run("chat", "hello", "--json", code=1).stdout)
    assert (value["outcome"], value["note"], value["conversation"]) == ("failed", "too many", None)
    gateway.events = {"chat": [CallEvent(type="text", value={"delta": "Half"})]}
    broken = run("chat", "hello", code=1)
    assert (broken.stdout, "before the answer was complete" in broken.stderr) == ("Half\n", True)
    assert len(json.loads(run("conversation", "list", "--json").stdout)) == 1


@pytest.mark.parametrize(
    ("stop", "said"),
    [("stop", "the model returned no answer"), ("max_output_tokens", "incomplete: max output tokens")],
)
def test_an_answer_without_a_word_is_an_error(run: Run, gateway: FakeGateway, stop: str, said: str) -> None:
    done = CallEvent(type="done", value={"messages": [], "rounds": 1, "stop": stop})
    gateway.events = {"chat": [done]}
    answered = run("chat", "hello", code=1)
    assert (answered.stdout, said in answered.stderr) == ("", True)
    gateway.events = {"chat": [CallEvent(type="text", value={"delta": "Half"}), done]}
    answered = run("chat", "hello")
    assert (answered.stdout, said in answered.stderr) == ("Half\n", stop != "stop")


def test_going_on(run: Run, gateway: FakeGateway) -> None:
    run("chat", "hello", "--no-history")
    assert json.loads(run("conversation", "list", "--json").stdout) == []
    first = json.loads(run("chat", "hello", "--json").stdout)["conversation"]
    run("chat", "and?", "--resume", str(first))
    sent = next(request for kind, request in reversed([a[:2] for a in gateway.asked]) if kind == "chat")
    assert [message["content"] for message in sent["messages"]] == ["hello", "Hello", "and?"]
    (session,) = json.loads(run("conversation", "list", "--json").stdout)
    assert (session["turns"], session["model"]) == (2, "local")
    run("chat", "x", "--resume", "99", code=3)


def sent_last(gateway: FakeGateway) -> JsonObject:
    request: JsonObject = next(asked[1] for asked in reversed(gateway.asked) if asked[0] == "chat")
    return request


def test_the_servers_that_the_model_sees(run: Run, gateway: FakeGateway) -> None:
    for name in ("one", "two"):
        run("server", "add", name, f"http://127.0.0.1:1/{name}", "--no-test")
    run("key", "create", "k", "--server", "one")
    run("chat", "hello")
    assert sent_last(gateway)["servers"] is None
    run("chat", "hello", "--server", "one,two")
    assert sent_last(gateway)["servers"] == ("one", "two")
    # It stays with the conversation.
    run("chat", "and?", "--resume", "2")
    assert sent_last(gateway)["servers"] == ["one", "two"]
    run("chat", "and?", "--resume", "2", "--no-servers")
    assert sent_last(gateway)["servers"] == ()
    run("chat", "hello", "--server", "three", code=3)
    run("chat", "hello", "--server", "one", "--no-servers", code=2)
    assert "key k has no access to server two" in run("chat", "hello", "--server", "two", "--key", "k", code=4).stderr


def test_a_conversation_goes_on_as_its_key(run: Run, gateway: FakeGateway) -> None:
    run("key", "create", "k", "--server", "*")
    run("key", "create", "l", "--server", "*")
    run("chat", "hello", "--key", "k")
    run("chat", "and?", "--resume", "1")
    assert sent_last(gateway)["key"] == "k"
    run("chat", "and?", "--resume", "1", "--key", "l")
    assert sent_last(gateway)["key"] == "l"
    run("key", "remove", "l", "--yes")
    assert 'no key "l"' in run("chat", "and?", "--resume", "1", code=3).stderr
