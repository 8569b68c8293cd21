"""The calls of a run: from the model's wish over an approval to the result that the model is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm import items
from mcptui.llm.arguments import read_arguments
from mcptui.llm.functions import Functions, Offered, result_media, result_text
from mcptui.llm.tools import Approved, ToolCall, ToolSource
from mcptui.protocol.errors import INTERNAL_ERROR, INVALID_PARAMS, RpcError

if TYPE_CHECKING:
    from mcptui.llm.output import Output
    from mcptui.model.runtime import JsonObject

_AT_ONCE: Final = 16


@dataclass(slots=True)
class Call:
    """One call of our tools; ``call`` is the function call as the model makes it."""

    offered: Offered[ToolSource]
    call: JsonObject
    #: The approval that it waits for, or that it has.
    approval_id: str | None = None
    #: Its place in the output; None until it is told.
    place: int | None = None
    item: JsonObject = field(default_factory=dict)
    #: Ends the run with a question instead of being made.
    is_held: bool = False
    #: Why it cannot be made, whatever its arguments are.
    problem: str | None = None
    output: Any = None


class Calls:
    """All calls of one run.

    Args:
        functions: what the model is offered.
        output: where everything is told.
        one_by_one: whether calls of one round must not overlap.
        all_known: whether every function that the model may call is among ``functions`` or the client's own.
    """

    def __init__(self, functions: Functions[ToolSource], output: Output, *, one_by_one: bool, all_known: bool) -> None:
        self._functions = functions
        self._output = output
        self._all_known = all_known
        self._at_once = asyncio.Semaphore(1 if one_by_one else _AT_ONCE)
        #: How many were made.
        self.made = 0
        #: The function calls that wait for an approval, by its id.
        self.waiting: dict[str, JsonObject] = {}
        #: Whether the model takes images; decides what later results hold.
        self.with_media = True
        # Begun and not ended.
        self._open: list[Call] = []
        # In the conversation, and their outputs not yet.
        self._unanswered: list[Call] = []

    def is_ours(self, item: Mapping[str, Any]) -> bool:
        """Whether an output item of the model is a call of one of our tools, or of one that nobody has: then the
        model is told so, and the client never sees a function that it does not know."""
        if item.get("type") != "function_call":
            return False
        name = item["name"]
        is_unknown = self._all_known and self._functions.sources and not self._functions.is_taken(name)
        return self._functions.offered(name) is not None or bool(is_unknown)

    # -- what the model says --------------------------------------------------------------------------------

    async def begin(self, item: JsonObject) -> Call:
        """The model begins a call."""
        offered = self._functions.offered(item["name"])
        if offered is None:
            call = Call(Offered(self._functions.sources[0], item["name"]), item)
            call.problem = self._functions.why_unknown(item["name"])
        else:
            call = Call(offered, item)
            call.is_held = offered.source.approval(offered.tool) == "later"
        if not call.is_held:
            await self._added(call)
        return call

    async def go_on(self, kind: str, event: JsonObject, call: Call) -> None:
        """The model goes on with a call, or has ended it."""
        if kind == "response.output_item.done":
            call.call = event["item"]
            if call.is_held and read_arguments(call.call["arguments"]) is not None:
                await self._ask_for_approval(call)
                return
            if call.is_held:  # nobody can agree to what cannot be read
                call.is_held = False
                await self._added(call)
            if not call.item["arguments"]:
                await self._arguments_done(call)
        elif call.is_held:
            return
        elif kind == "response.function_call_arguments.delta":
            await self._tell(call, "response.mcp_call_arguments.delta", delta=event["delta"])
        elif kind == "response.function_call_arguments.done":
            call.call = {**call.call, "arguments": event["arguments"]}
            await self._arguments_done(call)

    def remember(self, calls: Sequence[Call]) -> None:
        """The conversation has these calls now, and needs their outputs."""
        self._unanswered += calls

    async def begin_approved(self, approved: Sequence[Approved]) -> list[Call]:
        """Calls that a person has agreed to in an earlier response."""
        calls = []
        for each in approved:
            offered = self._functions.find(each.label, each.tool)
            assert offered is not None  # who makes the request has looked
            call = Call(offered, each.call, each.approval_id)
            calls.append(call)
            await self._added(call)
            await self._arguments_done(call)
        self.remember(calls)
        return calls

    async def _added(self, call: Call) -> None:
        self._open.append(call)
        call.place = self._output.place()
        source = call.offered.source
        call.item = items.call_item(items.new_id("mcp"), source.label, call.offered.tool, call.approval_id)
        await self._output.added(call.place, call.item)
        await self._tell(call, "response.mcp_call.in_progress")

    async def _arguments_done(self, call: Call) -> None:
        arguments = call.call.get("arguments") or "{}"
        call.item = {**call.item, "arguments": arguments}
        await self._tell(call, "response.mcp_call_arguments.done", arguments=arguments)

    async def _ask_for_approval(self, call: Call) -> None:
        call.place = self._output.place()
        label, arguments = call.offered.source.label, call.call.get("arguments") or "{}"
        call.item = items.approval_request(label, call.offered.tool, arguments)
        call.approval_id = call.item["id"]
        self.waiting[call.item["id"]] = call.call
        await self._output.added(call.place, call.item)
        await self._output.done(call.place, call.item)

    # -- what the tools do ----------------------------------------------------------------------------------

    async def make(self, calls: Sequence[Call]) -> None:
        """Make calls side by side; returns when all have ended."""
        self.made += len(calls)
        async with asyncio.TaskGroup() as group:
            for call in calls:
                group.create_task(self._make(call), name=f"call {call.offered.tool}")

    async def give_up(self, why: str) -> None:
        """End every call that is still open; providers refuse a conversation with calls that have no output."""
        for call in list(self._open):
            await self._refuse(call, why, INTERNAL_ERROR)

    def outputs(self) -> list[JsonObject]:
        """The input items that the conversation still needs, once."""
        outputs: list[JsonObject] = [
            {"type": "function_call_output", "call_id": call.call.get("call_id"), "output": call.output}
            for call in self._unanswered
        ]
        self._unanswered.clear()
        return outputs

    async def _make(self, call: Call) -> None:
        arguments = read_arguments(call.item["arguments"])
        problem = "the arguments are not a JSON object; nothing was called" if arguments is None else None
        if (problem := call.problem or problem) is not None or arguments is None:
            await self._refuse(call, str(problem), INVALID_PARAMS)
            return
        source = call.offered.source
        wanted = ToolCall(call.item["id"], call.offered.tool, arguments)
        try:
            if call.approval_id is None and source.approval(wanted.name) == "ask":
                verdict = await source.approve(wanted)
                if not verdict.approved:
                    await self._refuse(call, items.rejected(verdict.reason), INTERNAL_ERROR)
                    return
                if verdict.arguments is not None:
                    wanted = replace(wanted, arguments=verdict.arguments)
            async with self._at_once:
                result = await source.call(wanted)
        except RpcError as error:
            await self._refuse(call, error.message, error.code)
            return
        text, media = result_text(result), result_media(result)
        call.output = text
        if media and self.with_media:
            call.output = [{"type": "input_text", "text": text}, *media]
        await self._end(call, items.outcome(result))

    async def _refuse(self, call: Call, message: str, code: int) -> None:
        call.output = f"Error: {message}"
        await self._end(call, items.not_called(message, code))

    async def _end(self, call: Call, members: JsonObject) -> None:
        assert call.place is not None
        self._open.remove(call)
        call.item = {**call.item, **members}
        self._output.put(call.place, call.item)
        await self._tell(call, f"response.mcp_call.{call.item['status']}")
        await self._output.done(call.place, call.item)

    async def _tell(self, call: Call, kind: str, **members: Any) -> None:
        assert call.place is not None
        await self._output.about(call.place, kind, **members)
