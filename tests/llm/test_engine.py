"""The engine by itself: limits in time, events without an end, things that must not be hidden."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from mcptui.llm.engine import Run, RunRequest
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions
from mcptui.llm.response import new_response
from mcptui.llm.tools import Approval, ToolCall, ToolSource, Verdict
from tests.support.event_order import check_order


class Source:
    """Tools a and b; b never ends."""

    label = "gw"
    tools: Sequence[dict[str, Any]] = ({"name": "a"}, {"name": "b"})

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.stopped = False

    def approval(self, name: str) -> Approval:
        return "never"

    async def approve(self, call: ToolCall) -> Verdict:
        raise NotImplementedError

    async def call(self, call: ToolCall) -> dict[str, Any]:
        if self.error is not None:
            raise self.error
        if call.name == "b":
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped = True
        return {"content": [{"type": "text", "text": "from a"}]}


class Provider:
    """Gives the same events in every round."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events = events
        self.bodies: list[dict[str, Any]] = []

    async def stream(self, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        self.bodies.append(body)
        for event in self.events:
            yield event


def calls(*names: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for index, name in enumerate(names):
        item = {"type": "function_call", "id": f"fc_{index}", "call_id": f"c{index}", "name": name, "arguments": "{}"}
        place = {"output_index": index, "item": item}
        events += [{"type": f"response.output_item.{kind}", **place} for kind in ("added", "done")]
    return [*events, {"type": "response.completed", "response": {"status": "completed", "output": []}}]


def run(provider: Provider, source: Source, **more: Any) -> Run:
    functions = Functions[ToolSource]([source])
    wanted = RunRequest(
        response=new_response({"model": "m"}), conversation=[], sources=[source], functions=functions, **more
    )
    return Run(wanted, provider)


async def read(started: Run) -> list[dict[str, Any]]:
    async with aclosing(started.events()) as events:
        return [event async for event in events]


async def test_the_time_limit_ends_the_tools_and_is_reported() -> None:
    source = Source()
    started = run(Provider(*calls("a", "b")), source, timeout=0.05)
    response = check_order(await read(started))
    assert source.stopped
    assert response["status"] == "incomplete"
    assert (response["incomplete_details"], started.limit) == (
        {"reason": "max_messages"},
        "the time for this answer is over",
    )
    assert [item["status"] for item in response["output"][1:]] == ["completed", "failed"]
    outputs = [item["output"] for item in started.conversation if item["type"] == "function_call_output"]
    assert outputs == ["from a", "Error: not finished: the time for this answer is over"]


async def test_the_limit_of_rounds() -> None:
    provider = Provider(*calls("a"))
    started = run(provider, Source(), max_rounds=3)
    response = check_order(await read(started))
    assert (response["incomplete_details"], started.limit) == (
        {"reason": "max_messages"},
        "the limit of 3 rounds is reached",
    )
    assert response["output"][-1]["error"]["message"] == "not called: the limit of 3 rounds is reached"
    assert len(provider.bodies) == 3


async def test_the_first_call_of_a_run_is_told_once() -> None:
    told: list[int] = []
    started = run(Provider(*calls("a", "a")), Source(), max_rounds=3)
    started.on_first_call = lambda: told.append(started.calls)
    await read(started)
    assert (told, started.calls) == ([0], 4)


async def test_one_call_after_the_other_where_the_request_says_so() -> None:
    order: list[str] = []

    class Slow(Source):
        async def call(self, call: ToolCall) -> dict[str, Any]:
            order.append("begin")
            await asyncio.sleep(0)
            order.append("end")
            return {}

    await read(run(Provider(*calls("a", "a")), Slow(), max_rounds=2, options={"parallel_tool_calls": False}))
    assert order == ["begin", "end"] * 2


async def test_closing_ends_the_tools() -> None:
    source = Source()
    async with aclosing(run(Provider(*calls("b")), source).events()) as events:
        async for event in events:
            if event["type"] == "response.mcp_call_arguments.done":
                await asyncio.sleep(0)
                break
    await asyncio.sleep(0)
    assert source.stopped


async def test_a_round_without_an_end_is_an_error() -> None:
    with pytest.raises(LlmError, match="has no end"):
        await read(run(Provider(), Source()))


async def test_a_bug_in_a_source_is_not_hidden() -> None:
    with pytest.raises(ExceptionGroup) as group:
        await read(run(Provider(*calls("a")), Source(TypeError("bug"))))
    assert isinstance(group.value.exceptions[0], TypeError)
