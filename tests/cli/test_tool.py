from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

from mcptui.errors import McptuiError
from mcptui.model.runtime import CallEvent, Listed, ServerState, ServerStatus
from tests.support.fake_gateway import STATUS, FakeGateway

Run = Callable[..., Result]

ADD = {
    "name": "s__add",
    "description": "Add.\nTwo numbers.",
    "inputSchema": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}},
}
LISTED = Listed(tools=[ADD, {"name": "s__odd"}], owners={"s__add": ("s", "add"), "s__odd": ("s", "odd")})


@pytest.fixture
def listed(gateway: FakeGateway) -> FakeGateway:
    """A gateway whose owner sees two tools."""
    gateway.by_key = {None: LISTED}
    return gateway


def result(value: object) -> CallEvent:
    return CallEvent(type="result", value={"content": [{"type": "text", "text": value}]})


def test_list(run: Run, listed: FakeGateway) -> None:
    expected = "TOOL    SERVER  DESCRIPTION\ns__add  s       Add.\ns__odd  s       -\n"
    assert run("tool", "list").stdout == expected
    assert [tool["name"] for tool in json.loads(run("tool", "list", "--json").stdout)] == ["s__add", "s__odd"]
    run("tool", "list", "--key", "nobody", code=3)
    run("tool", "list", "--server", "nothing", code=3)


def test_a_list_names_the_servers_that_are_down(run: Run, listed: FakeGateway) -> None:
    for name in ("s", "down", "login", "hidden"):
        run("server", "add", name, "--no-test", "one")
    run("key", "create", "some", "--server", "down,s")
    states: list[tuple[str, ServerState, str | None]] = [
        ("s", "ready", None),
        ("down", "unreachable", "nothing\nlistens"),
        ("login", "needs_login", None),
        ("gone", "unreachable", "no more"),
    ]
    servers = [ServerStatus(name=name, state=state, since=0.0, reason=reason) for name, state, reason in states]
    listed.running = replace(STATUS, servers=servers)
    listed.by_key = {None: LISTED, "some": LISTED}
    down = "server down is down (unreachable): nothing listens\n"
    for kind in ("tool", "prompt", "resource"):
        said = run(kind, "list").stderr
        assert said == down + "server login is down (needs login)\n"
        assert run(kind, "list", "--key", "some").stderr == down
        assert run(kind, "list", "--server", "s").stderr == ""
    assert json.loads(run("tool", "list", "--json").stdout)


def test_call_types_its_arguments(run: Run, listed: FakeGateway) -> None:
    listed.events = {"s__add": [result("3\x1b")]}
    assert run("tool", "call", "s__add", "a=1", "b=2").stdout == "3\\u001b\n"
    assert run("tool", "call", "s__add", "--args", "-", input='{"a": 5}').stdout == "3\\u001b\n"
    calls = [asked[2]["arguments"] for asked in listed.asked if asked[0] == "call"]
    assert calls == [{"a": 1, "b": "2"}, {"a": 5}]


def test_call_as_a_key(run: Run, listed: FakeGateway) -> None:
    run("key", "create", "k")
    listed.by_key = {"k": LISTED}
    listed.events = {"s__add": [result("3")]}
    run("tool", "call", "s__add", "--key", "k")
    assert listed.asked[-1][3] == "k"
    assert 'no tool "s__add"' in run("tool", "call", "s__add", code=3).stderr


def test_progress_and_logs_go_to_stderr(run: Run, listed: FakeGateway) -> None:
    listed.events = {
        "s__add": [
            CallEvent(type="progress", value={"progress": 1, "total": 2, "message": "half"}),
            CallEvent(type="progress", value={"progress": 7}),
            CallEvent(type="log", value={"level": "info", "data": {"x": 1}}),
            result("done"),
        ]
    }
    called = run("tool", "call", "s__add")
    assert called.stdout == "done\n"
    assert called.stderr == '… 1/2 half\n… 7\ninfo: {"x": 1}\n'


def test_a_question_is_declined_without_a_terminal(run: Run, listed: FakeGateway) -> None:
    listed.events = {
        "s__add": [
            CallEvent(type="ask", value={"id": 1, "method": "elicitation/create", "params": {"message": "Sure?"}}),
            CallEvent(type="ask", value={"id": 2, "method": "sampling/createMessage", "params": {}}),
            CallEvent(type="ask", value={"id": 3, "method": "roots/list", "params": {}}),
            result("done"),
        ]
    }
    assert "the server asks: Sure? (declined" in run("tool", "call", "s__add").stderr
    answers = [asked[1:] for asked in listed.asked if asked[0] == "answer"]
    assert answers[0] == (1, {"action": "decline"}, None)
    assert answers[1][0:2] == (2, None)
    assert answers[2] == (3, {"roots": []}, None)


def test_what_fails_is_told_apart(run: Run, listed: FakeGateway) -> None:
    listed.events = {
        "s__add": [CallEvent(type="result", value={"isError": True, "content": [{"type": "text", "text": "no"}]})]
    }
    failed = run("tool", "call", "s__add", code=1)
    assert (failed.stdout, failed.stderr) == ("", "Error: s__add returned an error: no\n")
    assert json.loads(run("tool", "call", "s__add", "--json", code=1).stdout)["isError"] is True
    listed.events = {
        "s__add": [CallEvent(type="error", value={"code": -32603, "message": "gone", "data": {"hint": "h"}})]
    }
    assert run("tool", "call", "s__add", code=1).stderr == "Error: gone (code -32603)\nHint:  h\n"
    listed.events = {"s__add": [McptuiError("socket closed")]}
    assert "socket closed" in run("tool", "call", "s__add", code=1).stderr
    listed.events = {}
    assert "without a result" in run("tool", "call", "s__add", code=1).stderr


def test_a_wrong_name_is_corrected(run: Run, listed: FakeGateway) -> None:
    assert "did you mean s__add" in run("tool", "call", "s__ad", code=3).stderr


def test_the_owner_is_told_what_a_key_is_denied(run: Run, listed: FakeGateway) -> None:
    run("server", "add", "s", "--no-test", "one")
    run("key", "create", "k", "--server", "s", "--tools", "s=odd")
    listed.by_key = {None: LISTED, "k": Listed(tools=[{"name": "s__odd"}], owners={"s__odd": ("s", "odd")})}
    told = run("tool", "call", "s__add", "--key", "k", code=4).stderr
    assert told.splitlines() == [
        "Error: key k has no access to s__add: key k does not allow add of s",
        "Hint:  see: mcptui access explain --key k --server s --tool add",
    ]
    assert 'no tool "s__ad" for key k' in run("tool", "call", "s__ad", "--key", "k", code=3).stderr
    # A call that fails for another reason is not called denied.
    listed.events = {"s__odd": [CallEvent(type="error", value={"message": "gone"})]}
    assert run("tool", "call", "s__odd", "--key", "k", code=1).stderr == "Error: gone\n"


def test_without_a_gateway(run: Run, listed: FakeGateway) -> None:
    listed.running = None
    assert "mcptui gateway start" in run("tool", "list", code=5).stderr
    assert "mcptui gateway start" in run("tool", "call", "s__add", code=5).stderr
