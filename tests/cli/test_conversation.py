"""``mcptui conversation``: what was asked, found, shown, exported and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mcptui.model.runtime import CallEvent
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]

EVENTS = [
    CallEvent(type="text", value={"delta": "Hello\x1b"}),
    CallEvent(type="usage", value={"usage": {"prompt_tokens": 3}, "cost": 0.25, "context": 90, "context_size": 100}),
    CallEvent(
        type="done", value={"messages": [{"role": "assistant", "content": "Hello"}], "rounds": 1, "stop": "stop"}
    ),
]


@pytest.fixture(autouse=True)
def _model(run: Run, gateway: FakeGateway) -> None:
    run("model", "add", "local", "--base-url", "http://127.0.0.1:1/v1", "--no-api-key")
    gateway.events = {"chat": EVENTS}


def test_what_a_conversation_cost_is_exported(run: Run) -> None:
    run("chat", "hello")
    run("chat", "and?", "--resume", "1")
    text = run("conversation", "show", "1").stdout
    assert text.count("*3 tokens in, 0 out, $0.2500*") == 2
    assert text.endswith("*Total: 6 tokens in, 0 out, $0.5000*\n")
    value = json.loads(run("conversation", "show", "1", "--json").stdout)
    assert value["totals"] == {"tokens_in": 6, "tokens_out": 0, "cost": 0.5}
    assert [turn["cost"] for turn in value["turns"]] == [0.25, 0.25]


def test_conversations(run: Run, tmp_path: Path) -> None:
    run("chat", "where is it\x1b[1m?")
    run("chat", "something else")
    listed = run("conversation", "list", "--search", "WHERE hel").stdout
    assert "where is it\\u001b" in listed
    assert "something else" not in listed
    assert run("conversation", "show", "1").stdout.startswith("# where is it\\u001b[1m?\n\n## Question")
    assert (
        json.loads(run("conversation", "show", "1", "--json").stdout)["turns"][0]["question"] == "where is it\x1b[1m?"
    )
    file = tmp_path / "out.json"
    assert "written" in run("conversation", "show", "1", "--output", str(file)).stderr
    assert json.loads(file.read_text(encoding="utf-8"))["id"] == 1
    run("conversation", "show", "1", "--output", str(file), code=4)
    run("conversation", "remove", "1", code=4)
    run("conversation", "remove", "1", "--yes")
    run("conversation", "show", "1", code=3)
    run("conversation", "remove", "1", "--yes", code=3)


def test_the_list_is_for_people_and_programs(run: Run) -> None:
    assert json.loads(run("conversation", "list", "--json").stdout) == []
    run("chat", "first")
    run("chat", "second")
    assert [each["title"] for each in json.loads(run("conversation", "list", "--json").stdout)] == ["second", "first"]
    lines = run("conversation", "list").stdout.splitlines()
    assert lines[0].split() == ["ID", "TITLE", "TURNS", "MODEL", "KEY", "LAST", "USED"]
    assert lines[1].split()[:5] == ["2", "second", "1", "local", "-"]
