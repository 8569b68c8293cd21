"""The engine behind every API: model → the round's tool calls side by side → model … until it is done.

It speaks the events of the Responses API; other forms are made from them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from mcptui.errors import McptuiError
from mcptui.llm import items
from mcptui.llm.choice import Choice
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions, Offered, read_arguments, result_media, result_text
from mcptui.llm.tools import ToolCall, ToolSource
from mcptui.llm.usage import added, whole
from mcptui.protocol.errors import INTERNAL_ERROR, INVALID_PARAMS, RpcError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from mcptui.llm.provider import Provider
    from mcptui.model.runtime import JsonObject

_AT_ONCE: Final = 16
_QUEUED_EVENTS: Final = 256
#: How a provider says that it takes no images.
_REFUSES_MEDIA: Final = frozenset({400, 415, 422})
#: What the provider knows better about its answer than the request said.
_ECHOED: Final = ("temperature", "top_p", "service_tier", "reasoning", "text", "truncation", "top_logprobs")


@dataclass(frozen=True, slots=True)
class Approved:
    """A call that a person has agreed to: ``call`` is the function call as the model made it."""

    approval_id: str
    label: str
    tool: str
    call: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A conversation to go on with.

    Args:
        response: the response object as it begins.
        conversation: input items, all in the form that a provider takes.
        options: further members of the request; ``tools`` are those that are not ours.
        sources: our tools.
        listed: labels whose tools the conversation knows already.
        approved: what is to be called first; the tools must be among those of ``functions``.
    """

    response: JsonObject
    conversation: Sequence[JsonObject]
    options: JsonObject = field(default_factory=dict)
    sources: Sequence[ToolSource] = ()
    functions: Functions[ToolSource]
    listed: frozenset[str] = frozenset()
    approved: Sequence[Approved] = ()
    max_rounds: int = 24
    max_tool_calls: int = 128
    timeout: float | None = 1800.0


@dataclass(slots=True)
class _Call:
    """One call of our tools on its way through a round."""

    offered: Offered[ToolSource]
    call: JsonObject
    approval_id: str | None = None
    #: Its place in the output; None while it waits for an approval.
    index: int | None = None
    item: JsonObject = field(default_factory=dict)
    held: bool = False
    output: Any = None


@dataclass(slots=True)
class _Round:
    """What one answer of the model brings, by its own output index."""

    items: dict[int, JsonObject] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    calls: dict[int, _Call] = field(default_factory=dict)
    end: JsonObject | None = None


class Run:
    """One run. After its last event, the attributes tell what came of it."""

    def __init__(self, request: RunRequest, provider: Provider) -> None:
        self.request = request
        self._provider = provider
        #: The response object, whole after the last event.
        self.response: JsonObject = dict(request.response)
        #: The conversation with everything that was said and done.
        self.conversation: list[JsonObject] = list(request.conversation)
        #: The function calls that wait for an approval, by its id.
        self.waiting: dict[str, JsonObject] = {}
        self.rounds = 0
        self.calls = 0
        self._output: dict[int, JsonObject] = {}
        self._usage: JsonObject = {}
        self._events: asyncio.Queue[JsonObject | None] = asyncio.Queue(_QUEUED_EVENTS)
        self._sequence = 0
        self._places = 0
        self._emitting = asyncio.Lock()
        #: Begun and not ended.
        self._open: list[_Call] = []
        #: In the conversation, and their outputs not yet.
        self._unanswered: list[_Call] = []
        self._failure: McptuiError | None = None
        self._media_refused = False
        self._is_read = True
        self._at_once = asyncio.Semaphore(1 if request.options.get("parallel_tool_calls") is False else _AT_ONCE)
        self._choice = Choice.of(request.options.get("tool_choice"), request.functions)

    async def events(self) -> AsyncGenerator[JsonObject]:
        """Answer the request. Closing the iterator stops the model and the tools that run.

        Raises:
            McptuiError: nothing was done: the provider refused, or has no answer.
        """
        task = asyncio.create_task(self._work(), name="model run")
        try:
            while (event := await self._events.get()) is not None:
                yield event
            await task
        finally:
            self._is_read = False
            task.cancel()
            await asyncio.wait([task])
        if self._failure is not None:
            raise self._failure

    async def _work(self) -> None:
        try:
            await self._limited()
        finally:
            if self._is_read:
                await self._events.put(None)

    async def _limited(self) -> None:
        try:
            async with asyncio.timeout(self.request.timeout) as limit:
                cut = await self._go()
        except TimeoutError:
            if not limit.expired():
                raise
            await self._give_up("not finished: the time for this answer is over")
            cut = "the time for this answer is over"
        except McptuiError as error:
            if not self._sequence:
                self._failure = error
                return
            await self._give_up("not finished")
            await self._fail(error)
            return
        await self._finish(cut)

    async def _go(self) -> str | None:
        """Rounds until the end; the limit that was hit, or None."""
        if self.request.approved:
            await self._begin()
            await self._call_approved()
        while True:
            answer = await self._ask()
            calls = [call for call in answer.calls.values() if call.approval_id is None]
            if answer.end is not None and answer.end.get("status") == "incomplete":
                self.response["incomplete_details"] = answer.end.get("incomplete_details")
                await self._give_up("not called: the model's answer was cut off")
                return None
            if not calls:
                return None
            if self.rounds >= self.request.max_rounds:
                await self._give_up(f"not called: the limit of {self.request.max_rounds} rounds is reached")
                return f"the limit of {self.request.max_rounds} rounds is reached"
            left = self.request.max_tool_calls - self.calls
            await self._call_all(calls[:left])
            if len(calls) > left:
                await self._give_up(f"not called: the limit of {self.request.max_tool_calls} tool calls is reached")
                return f"the limit of {self.request.max_tool_calls} tool calls is reached"
            self._remember_outputs()
            if len(answer.calls) > len(calls) or self._client_must_call(answer):
                return None

    def _client_must_call(self, answer: _Round) -> bool:
        own = set(answer.calls)
        return any(
            item.get("type") in ("function_call", "custom_tool_call", "mcp_approval_request")
            for index, item in answer.items.items()
            if index not in own
        )

    # -- the model ------------------------------------------------------------------------------------------

    async def _ask(self) -> _Round:
        self.rounds += 1
        try:
            return await self._round()
        except LlmError as error:
            if error.status not in _REFUSES_MEDIA or not self._drop_media():
                raise
        return await self._round()

    async def _round(self) -> _Round:
        answer = _Round()
        async with aclosing(self._provider.stream(self._body())) as events:
            async for event in events:
                await self._begin()
                await self._take(event, answer)
        if answer.end is None:
            raise LlmError("the answer of the model has no end", hint="ask again")
        self._usage = added(self._usage, answer.end.get("usage"))
        for name in _ECHOED:
            if answer.end.get(name) is not None:
                self.response[name] = answer.end[name]
        if answer.end.get("status") == "failed":
            problem = answer.end.get("error") or {}
            raise LlmError(str(problem.get("message") or "the model failed"), code=problem.get("code"))
        self._remember(answer)
        return answer

    def _body(self) -> JsonObject:
        choice = self._choice if self.rounds == 1 else self._choice.afterwards()
        body: JsonObject = {**self.request.options, "input": list(self.conversation)}
        tools = [
            *self.request.functions.definitions(choice.wants),
            *(tool for tool in self.request.options.get("tools") or () if choice.wants_other(tool)),
        ]
        for name in ("tools", "tool_choice"):
            body.pop(name, None)
        if tools:
            body["tools"] = tools
            if choice.value is not None:
                body["tool_choice"] = choice.value
        else:
            body.pop("parallel_tool_calls", None)
        return body

    def _drop_media(self) -> bool:
        """Take images out of tool results; whether there were any."""
        found = False
        for index, item in enumerate(self.conversation):
            output = item.get("output")
            if item.get("type") == "function_call_output" and isinstance(output, list):
                text = "\n".join(str(part["text"]) for part in output if part.get("type") == "input_text")
                self.conversation[index] = {**item, "output": text}
                found = True
        self._media_refused = self._media_refused or found
        return found

    async def _take(self, event: JsonObject, answer: _Round) -> None:
        kind = str(event.get("type"))
        index = event.get("output_index")
        if kind in ("response.completed", "response.incomplete", "response.failed"):
            answer.end = event.get("response") or {}
        elif kind == "error":
            raise LlmError(str(event.get("message") or "the model failed"), code=event.get("code"))
        elif kind in ("response.created", "response.in_progress", "response.queued") or not isinstance(index, int):
            return
        elif kind == "response.output_item.added" and self._is_ours(event["item"]):
            await self._call_begins(event["item"], index, answer)
        elif index in answer.calls:
            await self._call_goes_on(kind, event, answer.calls[index])
        else:
            await self._pass_on(kind, event, index, answer)

    def _is_ours(self, item: Mapping[str, Any]) -> bool:
        return item.get("type") == "function_call" and self.request.functions.offered(str(item.get("name"))) is not None

    async def _pass_on(self, kind: str, event: JsonObject, index: int, answer: _Round) -> None:
        place = answer.places.get(index)
        if place is None:
            place = answer.places[index] = self._next_place()
        if kind == "response.output_item.done":
            self._output[place] = answer.items[index] = event["item"]
        await self._emit({**event, "output_index": place})

    async def _call_begins(self, item: JsonObject, index: int, answer: _Round) -> None:
        offered = self.request.functions.offered(item["name"])
        assert offered is not None
        call = answer.calls[index] = _Call(offered, item)
        if offered.source.approval(offered.tool) == "later":
            call.held = True
        else:
            self._open.append(call)
            await self._call_added(call)

    async def _call_added(self, call: _Call) -> None:
        call.index = self._next_place()
        source = call.offered.source
        call.item = items.call_item(items.new_id("mcp"), source.label, call.offered.tool, call.approval_id)
        self._output[call.index] = call.item
        await self._emit_item("added", call)
        await self._emit_of("response.mcp_call.in_progress", call)

    async def _call_goes_on(self, kind: str, event: JsonObject, call: _Call) -> None:
        if kind == "response.output_item.done":
            call.call = event["item"]
            if call.held:
                await self._ask_for_approval(call)
            elif not call.item["arguments"]:
                await self._arguments_done(call)
        elif call.held:
            return
        elif kind == "response.function_call_arguments.delta":
            await self._emit_of("response.mcp_call_arguments.delta", call, delta=event["delta"])
        elif kind == "response.function_call_arguments.done":
            call.call = {**call.call, "arguments": event["arguments"]}
            await self._arguments_done(call)

    async def _arguments_done(self, call: _Call) -> None:
        arguments = call.call.get("arguments") or "{}"
        call.item = {**call.item, "arguments": arguments}
        await self._emit_of("response.mcp_call_arguments.done", call, arguments=arguments)

    async def _ask_for_approval(self, call: _Call) -> None:
        call.index = self._next_place()
        label, arguments = call.offered.source.label, call.call.get("arguments") or "{}"
        call.item = items.approval_request(label, call.offered.tool, arguments)
        call.approval_id = call.item["id"]
        self._output[call.index] = call.item
        self.waiting[call.item["id"]] = call.call
        await self._emit_item("added", call)
        await self._emit_item("done", call)

    def _remember(self, answer: _Round) -> None:
        """Add a round to the conversation, in the provider's order; what is not approved was not called."""
        own = {index: call.call for index, call in answer.calls.items() if not call.held}
        self._unanswered += [call for call in answer.calls.values() if not call.held]
        stored = self.request.options.get("store") is not False
        for index in sorted({**answer.items, **own}):
            item = own.get(index) or answer.items[index]
            # What the provider has not kept has no id there, and thoughts can only be sent back encrypted.
            if stored or item.get("encrypted_content"):
                self.conversation.append(item)
            elif item.get("type") != "reasoning":
                self.conversation.append({name: value for name, value in item.items() if name != "id"})

    # -- the tools ------------------------------------------------------------------------------------------

    async def _call_approved(self) -> None:
        calls = []
        for approved in self.request.approved:
            offered = self.request.functions.find(approved.label, approved.tool)
            assert offered is not None  # who makes the request has looked
            call = _Call(offered, approved.call, approved.approval_id)
            calls.append(call)
            self._open.append(call)
            self._unanswered.append(call)
            self.conversation.append(approved.call)
            await self._call_added(call)
            await self._arguments_done(call)
        await self._call_all(calls)
        self._remember_outputs()

    async def _call_all(self, calls: Sequence[_Call]) -> None:
        self.calls += len(calls)
        async with asyncio.TaskGroup() as group:
            for call in calls:
                group.create_task(self._call(call), name=f"call {call.offered.tool}")

    async def _call(self, call: _Call) -> None:
        arguments = read_arguments(call.item["arguments"])
        if arguments is None:
            await self._refused(call, "the arguments are not a JSON object; nothing was called", INVALID_PARAMS)
            return
        source = call.offered.source
        wanted = ToolCall(call.item["id"], call.offered.tool, arguments)
        try:
            if call.approval_id is None and source.approval(wanted.name) == "ask":
                verdict = await source.approve(wanted)
                if not verdict.approved:
                    await self._refused(call, "the user rejected this call", INTERNAL_ERROR)
                    return
                if verdict.arguments is not None:
                    wanted = replace(wanted, arguments=verdict.arguments)
            async with self._at_once:
                result = await source.call(wanted)
        except RpcError as error:
            await self._refused(call, error.message, error.code)
            return
        text, media = result_text(result), result_media(result)
        call.output = text
        if media and not self._media_refused:
            call.output = [{"type": "input_text", "text": text}, *media]
        await self._ended(call, items.outcome(result))

    async def _refused(self, call: _Call, message: str, code: int) -> None:
        call.output = f"Error: {message}"
        await self._ended(call, items.not_called(message, code))

    async def _ended(self, call: _Call, members: JsonObject) -> None:
        assert call.index is not None
        self._open.remove(call)
        call.item = self._output[call.index] = {**call.item, **members}
        await self._emit_of(f"response.mcp_call.{call.item['status']}", call)
        await self._emit_item("done", call)

    def _remember_outputs(self) -> None:
        self.conversation += [
            {"type": "function_call_output", "call_id": call.call.get("call_id"), "output": call.output}
            for call in self._unanswered
        ]
        self._unanswered.clear()

    async def _give_up(self, why: str) -> None:
        """End every call that is still open; providers refuse a conversation with calls that have no output."""
        for call in list(self._open):
            await self._refused(call, why, INTERNAL_ERROR)
        self._remember_outputs()

    # -- the response ---------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        if self._sequence:
            return
        await self._emit_response("created")
        await self._emit_response("in_progress")
        for source in self.request.sources:
            if source.label not in self.request.listed:
                await self._list(source)

    async def _list(self, source: ToolSource) -> None:
        place = self._next_place()
        item = self._output[place] = items.tool_list(source)
        where = {"item_id": item["id"], "output_index": place}
        begun = {**item, "tools": []}
        await self._emit({"type": "response.output_item.added", "output_index": place, "item": begun})
        await self._emit({"type": "response.mcp_list_tools.in_progress", **where})
        await self._emit({"type": "response.mcp_list_tools.completed", **where})
        await self._emit({"type": "response.output_item.done", "output_index": place, "item": item})

    async def _finish(self, cut: str | None) -> None:
        if cut is not None:
            self.response["incomplete_details"] = {"reason": "max_messages", "message": cut}
        await self._end("incomplete" if self.response.get("incomplete_details") else "completed")

    async def _fail(self, error: McptuiError) -> None:
        limited = isinstance(error, LlmError) and error.status == 429
        message = error.message if error.hint is None else f"{error.message} ({error.hint})"
        self.response["error"] = {"code": "rate_limit_exceeded" if limited else "server_error", "message": message}
        await self._end("failed")

    async def _end(self, status: str) -> None:
        self.response["status"] = status
        self.response["output"] = [self._output[place] for place in sorted(self._output)]
        self.response["usage"] = whole(self._usage)
        await self._emit_response(status)

    def _next_place(self) -> int:
        self._places += 1
        return self._places - 1

    async def _emit_response(self, kind: str) -> None:
        await self._emit({"type": f"response.{kind}", "response": dict(self.response)})

    async def _emit_item(self, what: str, call: _Call) -> None:
        await self._emit({"type": f"response.output_item.{what}", "output_index": call.index, "item": call.item})

    async def _emit_of(self, kind: str, call: _Call, **members: Any) -> None:
        await self._emit({"type": kind, "item_id": call.item["id"], "output_index": call.index, **members})

    async def _emit(self, event: JsonObject) -> None:
        async with self._emitting:  # numbers are given in the order of the queue
            numbered = {**event, "sequence_number": self._sequence}
            self._sequence += 1
            await self._events.put(numbered)
