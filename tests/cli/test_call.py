"""One request through the gateway: what is told meanwhile, what is answered, how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mcptui.cli import call as module
from mcptui.cli.call import call_error, follow
from mcptui.errors import McptuiError
from mcptui.model.runtime import CallEvent
from mcptui.services.workspace import Workspace


class Gateway:
    """Keeps what it was answered."""

    def __init__(self) -> None:
        self.answered: list[tuple[Any, ...]] = []

    async def reply(self, *what: Any) -> None:
        self.answered.append(what)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def event(kind: str, **value: Any) -> CallEvent:
    return CallEvent(type=kind, value=value)


def followed(gateway: Gateway, *events: CallEvent) -> dict[str, Any]:
    async def told() -> AsyncGenerator[CallEvent, None]:
        for each in events:
            yield each

    ws = cast("Workspace", SimpleNamespace(gateway=gateway))
    return asyncio.run(follow(ws, told()))


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"progress": 1}, "… 1"),
        ({"progress": 1, "total": 4}, "… 1/4"),
        ({"progress": 0.5, "total": 1.0, "message": "half"}, "… 0.5/1 half"),
        ({"progress": "some", "total": 4}, "… some"),
        ({"progress": 1, "message": "a\n\x1b[31mb"}, "… 1 a \\u001b[31mb"),
    ],
)
def test_progress_is_a_line_each_where_nothing_can_be_rewritten(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], value: dict[str, Any], line: str
) -> None:
    assert followed(gateway, event("progress", **value), event("result", ok=1)) == {"ok": 1}
    assert capsys.readouterr().err == f"{line}\n"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"level": "warning", "data": "hot"}, "warning: hot"),
        ({"data": {"a": "ü"}}, 'log: {"a": "ü"}'),
        ({"level": "info", "data": "two\nlines"}, "info: two lines"),
        ({}, "log: null"),
    ],
)
def test_what_the_server_logs(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], value: dict[str, Any], line: str
) -> None:
    followed(gateway, event("log", **value), event("result"))
    assert capsys.readouterr().err == f"{line}\n"


def test_a_question_is_answered_before_the_call_goes_on(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "answer_for", lambda method, params: ({"asked": [method, params]}, None))
    followed(gateway, event("ask", id="ask-1", method="elicitation/create"), event("result"))
    assert gateway.answered == [("ask-1", {"asked": ["elicitation/create", {}]}, None)]


def test_what_comes_after_the_end_is_not_waited_for(gateway: Gateway) -> None:
    assert followed(gateway, event("result", n=1), event("result", n=2)) == {"n": 1}


def test_an_error_ends_it(gateway: Gateway) -> None:
    with pytest.raises(McptuiError, match=r"no such tool \(code -32602\)"):
        followed(gateway, event("error", code=-32602, message="no such tool"), event("result"))


def test_a_call_without_an_end(gateway: Gateway) -> None:
    with pytest.raises(McptuiError, match="closed the call without a result"):
        followed(gateway, event("progress", progress=1))


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        ({}, "failed", None),
        ({"message": "no"}, "no", None),
        ({"message": "no", "code": 0}, "no (code 0)", None),
        ({"message": "no", "code": -1, "data": {"hint": "log in"}}, "no (code -1)", "log in"),
        ({"message": "no", "data": "x"}, "no", None),
    ],
)
def test_an_error_in_words(error: dict[str, Any], message: str, hint: str | None) -> None:
    found = call_error(error)
    assert (found.message, found.hint) == (message, hint)
