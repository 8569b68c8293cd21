"""A recorded call is sent again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.errors import RefusedError
from mcptui.model.runtime import CallEvent, CallRecord, JsonObject, Listed
from mcptui.tui.gateway.replay import replay
from tests.support.fake_gateway import FakeGateway
from tests.support.scenes import data

ANSWER = {"content": [{"type": "text", "text": "x"}]}
RECORD = CallRecord(
    id=1,
    at=0.0,
    key="ci",
    method="tools/call",
    server="s",
    name="s__t",
    tool="t",
    params={"name": "s__t", "arguments": {"a": 1}},
    result=ANSWER,
)
LISTED = Listed(tools=[{"name": "renamed__t"}], owners={"renamed__t": ("s", "t")})


def gateway(*events: CallEvent) -> FakeGateway:
    return FakeGateway(running=data.STATUS, by_key={None: LISTED}, events={"tools/call": events})


def result(**more: Any) -> CallEvent:
    return CallEvent(type="result", value={**ANSWER, **more})


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([result()], "✓ ok, identical response"),
        ([result(structuredContent={"n": 2})], "✓ ok, different response"),
        ([result(isError=True)], "▲ tool error, different response"),
        ([CallEvent(type="error", value={"code": 1, "message": "no\x1b[2J\nway"})], "✗ no"),
        ([], "the connection closed before a response"),
    ],
)
async def test_how_it_went(events: list[CallEvent], words: str) -> None:
    said = await replay(gateway(*events), RECORD, "cursor", lambda _: None)
    assert said.startswith(f"Replayed as key cursor: {words}")
    assert "\x1b" not in said


async def test_the_tool_is_called_by_the_name_that_it_has_now_as_the_chosen_key() -> None:
    server = gateway(result())
    assert "as owner" in await replay(server, RECORD, None, lambda _: None)
    calls = [asked[1:] for asked in server.asked if asked[0] == "call"]
    assert calls == [("tools/call", {"name": "renamed__t", "arguments": {"a": 1}}, None)]


async def test_questions_of_the_server_are_passed_on() -> None:
    asked: list[JsonObject] = []
    question = {"id": "7", "method": "roots/list"}
    await replay(gateway(CallEvent(type="ask", value=question), result()), RECORD, None, asked.append)
    assert asked == [question]


@pytest.mark.parametrize("params", [None, {"arguments": {"token": "••••"}}])
async def test_what_was_not_kept_whole_is_not_sent(params: Any) -> None:
    server = gateway(result())
    with pytest.raises(RefusedError):
        await replay(server, replace(RECORD, params=params), None, lambda _: None)
    assert not [asked for asked in server.asked if asked[0] == "call"]
