"""``mcptui traffic`` on a history with a few calls."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mcptui.model.runtime import CallRecord
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]

NOW = time.time()
CALLS = [
    CallRecord(id=1, at=NOW - 90_000, key="ci", method="tools/call", server="git", name="git__log", tool="log", ms=5.0),
    CallRecord(
        id=2, at=NOW - 20, key="ci", method="tools/call", server="git", name="git__push", tool="push", ms=40.0,
        outcome="tool_error", error="rejected\x1b", client="cursor", upstream_ms=39.0, front="2025-11-25",
        params={"name": "git__push", "arguments": {"to": "main\x1b"}}, result={"isError": True},
    ),
    CallRecord(id=3, at=NOW - 10, key="(owner)", method="tools/list", ms=1.0),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _recorded(gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.history = tmp_path / "h.db"
    asyncio.run(gateway.record(CALLS))


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ((), [3, 2, 1]),
        (("-n", "2"), [3, 2]),
        (("outcome:failed",), [2]),
        (("server:git", "since:1h"), [2]),
        (("server:git since:1h",), [2]),
        (("--", "-server:git"), [3]),
        (("key:nobody",), []),
    ],
)
def test_calls_are_found(run: Run, words: tuple[str, ...], ids: list[int]) -> None:
    lines = run("traffic", "list", *words).stdout.splitlines()
    assert [int(line.split()[0]) for line in lines[1:]] == ids
    options = () if "--" in words else ("--json",)
    if options:
        assert [call["id"] for call in json.loads(run("traffic", "list", *words, *options).stdout)] == ids


def test_a_line_of_the_list(run: Run) -> None:
    (_, line) = run("traffic", "list", "tool:push").stdout.splitlines()
    assert line.split()[3:] == ["ci", "git__push", "git", "tool_error", "40"]


def test_one_call(run: Run) -> None:
    shown = run("traffic", "show", "2").stdout
    assert "error        rejected\\u001b" in shown
    assert "server time  39.0 ms" in shown
    assert '"to": "main\\u001b"' in shown
    assert '"isError": true' in shown
    assert json.loads(run("traffic", "show", "2", "--json").stdout)["params"] == CALLS[1].params
    assert "mcptui traffic list" in run("traffic", "show", "9", code=3).stderr


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (("server:git",), ["git 1 1 40 40 40"]),
        (("--last", "7d", "server:git"), ["git 2 1 5 40 40"]),
        (("--by", "tool", "--last", "7d", "outcome:ok", "server:git"), ["git log 1 0 5 5 5"]),
        (
            (
                "--by",
                "key",
            ),
            ["(owner) 1 0 1 1 1", "ci 1 1 40 40 40"],
        ),
    ],
)
def test_numbers(run: Run, words: tuple[str, ...], rows: list[str]) -> None:
    lines = run("traffic", "stats", *words).stdout.splitlines()
    assert [" ".join(line.split()) for line in lines[1:]] == rows
    assert json.loads(run("traffic", "stats", *words, "--json").stdout)[0]["calls"] >= 1


@pytest.mark.parametrize("words", [("stats", "--last", "soon"), ("stats", "--last", "0d"), ("stats", "--by", "month")])
def test_what_cannot_be_counted(run: Run, words: tuple[str, ...]) -> None:
    run("traffic", *words, code=2)


def test_a_filter_that_cannot_be_read(run: Run) -> None:
    assert "ms:>x" in run("traffic", "list", "ms:>x", code=1).stderr


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("show", "1"), ("stats",)])
def test_no_gateway_runs(run: Run, gateway: FakeGateway, words: tuple[str, ...]) -> None:
    gateway.running = None
    assert "mcptui gateway start" in run("traffic", *words, code=5).stderr
