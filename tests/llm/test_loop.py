from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mcptui.demo.model import demo_model
from mcptui.demo.rules import MODEL_NAME
from mcptui.errors import McptuiError
from mcptui.llm.connection import Connection
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions
from mcptui.llm.host import Approval, Tell, ToolCall
from mcptui.llm.loop import LoopRequest, run_loop
from mcptui.llm.provider import ChatProvider
from mcptui.model import LlmModel
from mcptui.model.runtime import CallEvent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from mcptui.model.runtime import JsonObject

USER: JsonObject = {"role": "user", "content": "hello"}


class Model:
    """A provider that gives scripted rounds: a text, an error, or calls as (name, arguments) pairs."""

    def __init__(self, *rounds: str | LlmError | list[tuple[str, str]]) -> None:
        self.rounds = list(rounds)
        self.bodies: list[JsonObject] = []
        self.closed = False

    async def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        self.bodies.append(body)
        script = self.rounds[min(len(self.bodies), len(self.rounds)) - 1]
        try:
            if isinstance(script, LlmError):
                raise script
            if isinstance(script, str):
                for word in script.split(" "):
                    yield {"choices": [{"delta": {"content": word}}]}
                yield {"choices": [{"delta": {}, "finish_reason": "stop"}]}
            else:
                calls = [
                    {
                        "index": index,
                        "id": f"{len(self.bodies)}.{index}",
                        "function": {"name": name, "arguments": arguments},
                    }
                    for index, (name, arguments) in enumerate(script)
                ]
                yield {"choices": [{"delta": {"tool_calls": calls}, "finish_reason": "tool_calls"}]}
            yield {"choices": [], "usage": {"total_tokens": 10, "details": {"cached": 1}}}
        finally:
            self.closed = True


class Host:
    """Tools a, b, boom (fails), down (cannot be called), hang (never ends)."""

    def __init__(self, approval: Approval | McptuiError | None = None) -> None:
        self.called: list[tuple[str, JsonObject]] = []
        self.approval = approval
        self.started = asyncio.Event()
        self.stopped = False

    async def list(self) -> Sequence[JsonObject]:
        return [{"name": name, "inputSchema": {"type": "object"}} for name in ("a", "b", "boom", "down", "hang", "x.y")]

    async def call(self, call: ToolCall, tell: Tell) -> JsonObject:
        name = call.name
        self.called.append((name, call.arguments))
        if name == "down":
            raise McptuiError("server s is down")
        if name == "hang":
            self.started.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped = True
        if name == "b":
            await asyncio.sleep(0)
        return {"content": [{"type": "text", "text": f"{name} said so"}], "isError": name == "boom"}

    def server_of(self, name: str) -> str | None:
        return "s"

    def needs_approval(self, name: str) -> bool:
        return self.approval is not None

    async def approve(self, call: ToolCall) -> Approval:
        assert self.approval is not None
        if isinstance(self.approval, McptuiError):
            raise self.approval
        return self.approval


async def run(model: Any, host: Host, **request: Any) -> list[CallEvent]:
    async with aclosing(run_loop(LoopRequest(messages=[USER], **request), model, host)) as events:
        return [event async for event in events]


def kinds(events: list[CallEvent]) -> list[str]:
    return [f"{event.type} {event.value['status']}" if event.type == "tool" else event.type for event in events]


def answers(done: CallEvent) -> list[str]:
    return [message["content"] for message in done.value["messages"] if message["role"] == "tool"]


async def test_text_only() -> None:
    events = await run(Model("hi there"), Host())
    assert [event.value.get("delta") for event in events[:-1]] == ["hi", "there"]
    assert events[-1].type == "done"
    assert events[-1].value == {
        "messages": [{"role": "assistant", "content": "hithere"}],
        "usage": {"total_tokens": 10},
        "rounds": 1,
        "tool_calls": 0,
        "stop": "stop",
        "pending": [],
    }


async def test_rounds_run_until_the_model_is_done() -> None:
    (renamed,) = Functions([{"name": "x.y"}]).definitions
    model, host = Model([("a", '{"n": 1}')], [(renamed["function"]["name"], "")], "done"), Host()
    events = await run(model, host, options={"temperature": 0, "tool_choice": "required"})
    assert host.called == [("a", {"n": 1}), ("x.y", {})]
    done = events[-1].value
    assert (done["rounds"], done["tool_calls"], done["usage"]) == (3, 2, {"total_tokens": 30})
    assert [message["role"] for message in done["messages"]] == ["assistant", "tool", "assistant", "tool", "assistant"]
    assert model.bodies[1]["messages"] == [USER, *done["messages"][:2]]
    assert [body["tool_choice"] for body in model.bodies] == ["required", "auto", "auto"]
    assert model.bodies[0]["temperature"] == 0
    running, finished = (event for event in events if event.type == "tool" and event.value["name"] == "a")
    assert running.value == {"id": "1.0", "name": "a", "server": "s", "arguments": {"n": 1}, "status": "running"}
    assert finished.value["output"]["content"][0]["text"] == "a said so"
    assert finished.value["ms"] >= 0


async def test_calls_of_one_round_run_side_by_side() -> None:
    events = await run(Model([("b", "{}"), ("a", "{}")], "done"), Host())
    assert kinds(events)[:4] == ["tool running", "tool running", "tool ok", "tool ok"]
    assert [event.value["name"] for event in events[:4]] == ["b", "a", "a", "b"]


async def test_failures_are_told_to_the_model() -> None:
    script = [("boom", "{}"), ("down", "{}"), ("nope", "{}"), ("a", "{bad"), ("a", "[1]")]
    host = Host()
    events = await run(Model(script, "sorry"), host)
    problems = {event.value["id"]: event.value["error"] for event in events if event.value.get("status") == "error"}
    assert problems == {
        "1.0": "boom said so",
        "1.1": "server s is down",
        "1.2": "there is no tool nope",
        "1.3": "the arguments are not a JSON object; nothing was called",
        "1.4": "the arguments are not a JSON object; nothing was called",
    }
    assert sorted(answers(events[-1])) == sorted(f"Error: {problem}" for problem in problems.values())
    assert sorted(name for name, _ in host.called) == ["boom", "down"]


@pytest.mark.parametrize(
    ("limit", "stop"), [({"max_rounds": 2}, "max_rounds"), ({"max_tool_calls": 3}, "max_tool_calls")]
)
async def test_limits_are_reported_and_leave_no_call_open(limit: dict[str, int], stop: str) -> None:
    host = Host()
    events = await run(Model([("a", "{}"), ("b", "{}")]), host, **limit)
    done = events[-1]
    assert done.value["stop"] == stop
    assert len(answers(done)) == 4
    assert sum("not called: the limit of" in text for text in answers(done)) == 4 - len(host.called)
    assert len(host.called) == {"max_rounds": 2, "max_tool_calls": 3}[stop]


async def test_time_limit_stops_the_tools() -> None:
    host = Host()
    events = await run(Model([("hang", "{}"), ("a", "{}")]), host, timeout=0.05)
    assert events[-1].value["stop"] == "timeout"
    assert host.stopped
    assert sorted(answers(events[-1])) == ["Error: not finished: the time for this answer is over", "a said so"]


async def test_closing_stops_the_tools_and_the_model() -> None:
    host, model = Host(), Model([("hang", "{}")])
    async with aclosing(run_loop(LoopRequest(messages=[USER]), model, host)) as events:
        async for _event in events:
            await asyncio.wait_for(host.started.wait(), 5)
            break
    assert host.stopped
    assert model.closed


async def test_cancelling_the_reader_stops_the_tools() -> None:
    host = Host()
    reader = asyncio.create_task(run(Model([("hang", "{}")]), host))
    await asyncio.wait_for(host.started.wait(), 5)
    reader.cancel()
    await asyncio.wait([reader])
    assert reader.cancelled()
    assert host.stopped


async def test_a_slow_reader_loses_nothing() -> None:
    seen = []
    model = Model(" ".join(str(number) for number in range(1000)))
    async with aclosing(run_loop(LoopRequest(messages=[USER]), model, Host())) as events:
        async for event in events:
            seen.append(event.type)
            await asyncio.sleep(0)
    assert seen == ["text"] * 1000 + ["done"]


async def test_provider_error_ends_the_run_and_keeps_what_was_done() -> None:
    broken = LlmError("overloaded", hint="wait", status=503, kind="overloaded_error")
    events = await run(Model([("a", "{}")], broken), Host())
    assert kinds(events) == ["tool running", "tool ok", "error"]
    value = events[-1].value
    assert (value["code"], value["message"], value["data"]["hint"]) == (503, "overloaded", "wait")
    assert [message["role"] for message in value["data"]["messages"]] == ["assistant", "tool"]


async def test_no_list_of_tools_is_an_error() -> None:
    class NoList(Host):
        async def list(self) -> Sequence[JsonObject]:
            raise McptuiError("no such key")

    (event,) = await run(Model("x"), NoList())
    assert (event.type, event.value["message"], event.value["code"]) == ("error", "no such key", -32603)


async def test_without_tools_the_request_has_none() -> None:
    class NoTools(Host):
        async def list(self) -> Sequence[JsonObject]:
            return []

    model = Model("x")
    await run(model, NoTools(), options={"tool_choice": "required", "parallel_tool_calls": False})
    assert model.bodies[0] == {"messages": [USER]}


async def test_a_bug_in_the_host_is_not_hidden() -> None:
    class Buggy(Host):
        async def list(self) -> Sequence[JsonObject]:
            raise TimeoutError("not the limit")

    with pytest.raises(TimeoutError, match="not the limit"):
        await run(Model("x"), Buggy())


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_unfinished_answers_are_reported(reason: str) -> None:
    class Short:
        async def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
            yield {"choices": [{"delta": {"content": "h"}, "finish_reason": reason}]}

    assert (await run(Short(), Host()))[-1].value["stop"] == reason


async def test_approved_with_edited_arguments() -> None:
    host = Host(Approval("approved", {"n": 2}))
    events = await run(Model([("a", '{"n": 1}')], "done"), host)
    assert kinds(events)[:3] == ["approval", "tool running", "tool ok"]
    assert events[0].value == {"id": "1.0", "name": "a", "server": "s", "arguments": {"n": 1}}
    assert events[1].value["arguments"] == {"n": 2}
    assert host.called == [("a", {"n": 2})]


async def test_approved_as_it_is() -> None:
    host = Host(Approval("approved"))
    await run(Model([("a", '{"n": 1}')], "done"), host)
    assert host.called == [("a", {"n": 1})]


@pytest.mark.parametrize(
    ("approval", "answer"),
    [
        (Approval("rejected"), "Error: the user rejected this call"),
        (McptuiError("nobody answered"), "Error: nobody answered"),
    ],
)
async def test_rejected(approval: Approval | McptuiError, answer: str) -> None:
    host = Host(approval)
    events = await run(Model([("a", "{}")], "done"), host)
    assert kinds(events)[:2] == ["approval", "tool error"]
    assert answers(events[-1]) == [answer]
    assert host.called == []


async def test_approval_later_ends_the_run() -> None:
    host = Host(Approval("later"))
    done = (await run(Model([("a", '{"n": 1}')], "done"), host))[-1]
    assert done.value["stop"] == "approval"
    assert done.value["pending"] == [{"id": "1.0", "name": "a", "arguments": {"n": 1}}]
    assert answers(done) == []


async def test_with_the_demo_model() -> None:
    class Notes(Host):
        async def list(self) -> Sequence[JsonObject]:
            return [{"name": f"demo__{name}", "inputSchema": {}} for name in ("search_notes", "read_note")]

        async def call(self, call: ToolCall, tell: Tell) -> JsonObject:
            self.called.append((call.name, call.arguments))
            if call.name == "demo__search_notes":
                await tell(CallEvent(type="progress", value={"progress": 1}))
                return {"structuredContent": {"result": [{"id": "pancakes"}, {"id": "lisbon"}]}}
            return {"content": [{"type": "text", "text": f"note {call.arguments['note_id']}"}]}

    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=demo_model()))
    model = ChatProvider(Connection(LlmModel(name="demo", base_url="http://demo/v1", model=MODEL_NAME), None, http))
    host = Notes()
    request = LoopRequest(messages=[{"role": "user", "content": "search the notes for pancakes"}])
    async with aclosing(run_loop(request, model, host)) as stream:
        events = [event async for event in stream]
    assert sorted(json.dumps(call) for call in host.called) == sorted(
        json.dumps(call)
        for call in [
            ("demo__search_notes", {"query": "pancakes"}),
            ("demo__read_note", {"note_id": "pancakes"}),
            ("demo__read_note", {"note_id": "lisbon"}),
        ]
    )
    assert kinds(events)[:3] == ["tool running", "progress", "tool ok"]
    text = "".join(event.value["delta"] for event in events if event.type == "text")
    assert "note pancakes" in text
    assert events[-1].value["rounds"] == 3
