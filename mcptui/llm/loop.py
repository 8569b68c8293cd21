"""The tool loop: model → the round's calls side by side → model … until it is done or a limit is hit."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from mcptui.errors import McptuiError
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions, error_result, read_arguments, result_text
from mcptui.llm.host import ToolCall, ToolHost
from mcptui.llm.turn import Turn
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.protocol.errors import INTERNAL_ERROR

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from mcptui.llm.provider import Provider

#: Why a run is over. Everything but "stop" means that the model was not done.
Stop: TypeAlias = Literal["stop", "length", "content_filter", "max_rounds", "max_tool_calls", "timeout", "approval"]

_AT_ONCE: Final = 16
_QUEUED_EVENTS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopRequest:
    """A conversation to go on with. ``options`` are further members of the Chat Completions request."""

    messages: Sequence[JsonObject]
    options: JsonObject = field(default_factory=dict)
    max_rounds: int = 16
    max_tool_calls: int = 128
    timeout: float = 900.0


async def run_loop(request: LoopRequest, provider: Provider, tools: ToolHost) -> AsyncGenerator[CallEvent]:
    """Answer ``request``, telling what happens as it happens.

    Events: text {delta}; tool {id, name, server, arguments, status: running | ok | error, output?, error?, ms?},
    where output is the CallToolResult; approval {id, name, server, arguments}; whatever the tool host tells
    meanwhile; and as the last one either error {code, message, data: {hint, messages, type?}} or done {messages,
    usage, rounds, tool_calls, stop, pending}, where messages are the new ones, ready to be sent back, and pending
    the calls that wait for an approval (they have no answer among the messages).

    Closing the iterator stops the model and the tools that run.
    """
    run = _Run(request, provider, tools)
    task = asyncio.create_task(run.run(), name="tool loop")
    try:
        while (event := await run.events.get()) is not None:
            yield event
        await task
    finally:
        task.cancel()
        await asyncio.wait([task])


class _Run:
    """One run; :attr:`events` ends with None."""

    def __init__(self, request: LoopRequest, provider: Provider, tools: ToolHost) -> None:
        self.events: asyncio.Queue[CallEvent | None] = asyncio.Queue(_QUEUED_EVENTS)
        self._request = request
        self._provider = provider
        self._tools = tools
        self._messages: list[JsonObject] = []
        self._open: dict[str, str] = {}
        self._usage: dict[str, int] = {}
        self._pending: list[ToolCall] = []
        self._rounds = 0
        self._calls = 0
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> None:
        try:
            await self._run()
        finally:
            task = asyncio.current_task()
            if task is None or not task.cancelling():  # else nobody reads any more
                await self.events.put(None)

    async def _run(self) -> None:
        stop: Stop
        try:
            async with asyncio.timeout(self._request.timeout) as limit:
                stop = await self._go()
        except TimeoutError:
            if not limit.expired():
                raise
            stop = "timeout"
            self._close_calls("not finished: the time for this answer is over")
        except McptuiError as error:
            self._close_calls("not called")
            await self._emit("error", _error(error, self._messages))
            return
        await self._emit(
            "done",
            {
                "messages": self._messages,
                "usage": self._usage,
                "rounds": self._rounds,
                "tool_calls": self._calls,
                "stop": stop,
                "pending": [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in self._pending],
            },
        )

    async def _go(self) -> Stop:
        functions = Functions(await self._tools.list())
        while True:
            turn = await self._ask(functions)
            if not turn.calls:
                return cast("Stop", turn.finish_reason) if turn.finish_reason in _UNFINISHED else "stop"
            if self._rounds >= self._request.max_rounds:
                self._close_calls(f"not called: the limit of {self._request.max_rounds} rounds is reached")
                return "max_rounds"
            allowed = self._request.max_tool_calls - self._calls
            await self._call_all(functions, turn.calls[:allowed])
            if self._pending:
                return "approval"
            if len(turn.calls) > allowed:
                self._close_calls(f"not called: the limit of {self._request.max_tool_calls} calls is reached")
                return "max_tool_calls"

    async def _ask(self, functions: Functions) -> Turn:
        body: JsonObject = {**self._request.options, "messages": [*self._request.messages, *self._messages]}
        if functions.definitions:
            body["tools"] = functions.definitions
            if self._rounds and body.get("tool_choice") not in (None, "auto", "none"):
                # A forced choice is for the first round; forced again, the model could never answer.
                body["tool_choice"] = "auto"
        else:
            body.pop("tool_choice", None)
            body.pop("parallel_tool_calls", None)
        turn = Turn()
        self._rounds += 1
        async with aclosing(self._provider.stream(body)) as chunks:
            async for chunk in chunks:
                if delta := turn.add(chunk):
                    await self._emit("text", {"delta": delta})
        for key, value in turn.usage.items():
            if isinstance(value, int):
                self._usage[key] = self._usage.get(key, 0) + value
        self._messages.append(turn.message())
        self._open = {call["id"]: call["function"]["name"] for call in turn.calls}
        return turn

    async def _call_all(self, functions: Functions, calls: Sequence[JsonObject]) -> None:
        async with asyncio.TaskGroup() as group:
            for call in calls:
                group.create_task(self._call(functions, call), name=f"call {call['function']['name']}")

    async def _call(self, functions: Functions, wanted: JsonObject) -> None:
        self._calls += 1
        function = wanted["function"]
        name = functions.tool(function["name"])
        arguments = read_arguments(function["arguments"])
        shown = {"id": wanted["id"], "name": name or function["name"], "server": None, "arguments": arguments}
        if name is None:
            await self._refuse(shown, f"there is no tool {function['name']}")
            return
        server = shown["server"] = self._tools.server_of(name)
        if arguments is None:
            problem = "the arguments are not a JSON object; nothing was called"
            await self._refuse({**shown, "arguments": function["arguments"]}, problem)
            return
        call = ToolCall(wanted["id"], name, arguments, server)
        agreed = await self._approved(shown, call) if self._tools.needs_approval(name) else call
        if agreed is not None:
            async with self._at_once:
                await self._run_tool({**shown, "arguments": agreed.arguments}, agreed)

    async def _approved(self, shown: JsonObject, call: ToolCall) -> ToolCall | None:
        """The call as a person wants it, or None."""
        await self._emit("approval", shown)
        try:
            approval = await self._tools.approve(call)
        except McptuiError as error:
            await self._refuse(shown, error.message)
            return None
        if approval.verdict == "later":
            self._pending.append(call)
            return None
        if approval.verdict == "rejected":
            await self._refuse(shown, "the user rejected this call")
            return None
        return call if approval.arguments is None else replace(call, arguments=approval.arguments)

    async def _run_tool(self, shown: JsonObject, call: ToolCall) -> None:
        await self._emit("tool", {**shown, "status": "running"})
        began = time.perf_counter()
        try:
            result = await self._tools.call(call, self.events.put)
        except McptuiError as error:
            result = error_result(error.message)
        ms = (time.perf_counter() - began) * 1000
        text = result_text(result)
        outcome: JsonObject = {"output": result, "ms": ms, "status": "ok"}
        if result.get("isError"):
            outcome |= {"status": "error", "error": text.removeprefix("Error: ")}
        self._answer_call(call.id, text)
        await self._emit("tool", {**shown, **outcome})

    async def _refuse(self, shown: JsonObject, problem: str) -> None:
        self._answer_call(shown["id"], f"Error: {problem}")
        await self._emit("tool", {**shown, "status": "error", "error": problem})

    def _answer_call(self, call_id: str, text: str) -> None:
        self._open.pop(call_id, None)
        self._messages.append({"role": "tool", "tool_call_id": call_id, "content": text})

    def _close_calls(self, problem: str) -> None:
        """Providers refuse a conversation with calls that have no answer."""
        for call_id in list(self._open):
            self._answer_call(call_id, f"Error: {problem}")

    async def _emit(self, kind: str, value: dict[str, Any]) -> None:
        await self.events.put(CallEvent(type=kind, value=value))


_UNFINISHED: Final = frozenset({"length", "content_filter"})


def _error(error: McptuiError, messages: Sequence[JsonObject]) -> JsonObject:
    data: JsonObject = {"hint": error.hint, "messages": messages}
    if isinstance(error, LlmError):
        data |= {"type": error.kind, "code": error.code, "status": error.status}
    code = error.status if isinstance(error, LlmError) and error.status else INTERNAL_ERROR
    return {"code": code, "message": error.message, "data": data}
