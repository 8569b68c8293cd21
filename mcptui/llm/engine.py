"""The engine behind every API: model → the round's tool calls side by side → model … until it is done.

It speaks the events of the Responses API; other forms are made from them.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mcptui.errors import McptuiError
from mcptui.llm.calls import Call, Calls
from mcptui.llm.choice import Choice
from mcptui.llm.errors import LlmError, response_error
from mcptui.llm.functions import Functions
from mcptui.llm.output import Output
from mcptui.llm.tools import Approved, ToolSource
from mcptui.llm.usage import added, whole
from mcptui.tasks import start_task

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from mcptui.llm.provider import Provider
    from mcptui.model.runtime import JsonObject

#: How a provider says that it takes no images.
_REFUSES_MEDIA: Final = frozenset({400, 413, 415, 422})
#: What the provider knows better about its answer than the request said.
_ECHOED: Final = ("temperature", "top_p", "service_tier", "reasoning", "text", "truncation", "top_logprobs")
#: Calls that are the client's to make or to agree to.
_FOR_THE_CLIENT: Final = frozenset({"function_call", "custom_tool_call", "mcp_approval_request"})


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
        begins_at_once: tell that it begins before anything came from the provider: its refusal is then the response's.
    """

    response: JsonObject
    conversation: Sequence[JsonObject]
    options: JsonObject = field(default_factory=dict)
    sources: Sequence[ToolSource] = ()
    functions: Functions[ToolSource]
    listed: frozenset[str] = frozenset()
    approved: Sequence[Approved] = ()
    begins_at_once: bool = False
    max_rounds: int = 24
    max_tool_calls: int = 128
    timeout: float | None = 1800.0


@dataclass(slots=True)
class _Round:
    """What one answer of the model brings, by its own output index."""

    items: dict[int, JsonObject] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    calls: dict[int, Call] = field(default_factory=dict)
    end: JsonObject | None = None


class Run:
    """One run. After its last event, the attributes tell what came of it."""

    def __init__(self, request: RunRequest, provider: Provider) -> None:
        self.request = request
        self._provider = provider
        #: The conversation with everything that was said and done.
        self.conversation: list[JsonObject] = list(request.conversation)
        self.rounds = 0
        self._output = Output(request.response)
        one_by_one = request.options.get("parallel_tool_calls") is False
        self._calls = Calls(
            request.functions, self._output, one_by_one=one_by_one, all_known=_are_all_known(request.options)
        )
        self._choice = Choice.of(request.options.get("tool_choice"), request.functions)
        self._usage: JsonObject = {}
        #: The limit that ended the run, in words.
        self.limit: str | None = None
        #: What ended the run, if it was an error.
        self.failure: McptuiError | None = None
        #: Told of the usage of every round and of the sum so far.
        self.on_round: Callable[[JsonObject, JsonObject], None] | None = None
        #: Told once, before the first tool is called: from then on whatever ends the run is told in its response.
        self.on_first_call: Callable[[], None] | None = None
        self._is_read = True

    @property
    def response(self) -> JsonObject:
        """The response object, whole after the last event."""
        return self._output.response

    @property
    def waiting(self) -> dict[str, JsonObject]:
        """The function calls that wait for an approval, by its id."""
        return self._calls.waiting

    @property
    def calls(self) -> int:
        """How many tools were called."""
        return self._calls.made

    async def events(self) -> AsyncGenerator[JsonObject]:
        """Answer the request. Closing the iterator stops the model and the tools that run.

        Raises:
            McptuiError: nothing was done: the provider refused, or has no answer.
        """
        task = start_task(self._work(), name="model run", awaited=True)
        try:
            while (event := await self._output.events.get()) is not None:
                yield event
            await task
        finally:
            self._is_read = False
            task.cancel()
            await asyncio.wait([task])
        if self.failure is not None and not self._output.has_begun:
            raise self.failure

    async def _work(self) -> None:
        try:
            await self._limited()
        finally:
            if self._is_read:
                await self._output.events.put(None)

    async def _limited(self) -> None:
        try:
            async with asyncio.timeout(self.request.timeout) as limit:
                if self.request.begins_at_once:
                    await self._begin()
                cut = await self._go()
        except TimeoutError:
            if not limit.expired():
                raise
            await self._give_up("not finished: the time for this answer is over")
            cut = "the time for this answer is over"
        except McptuiError as error:
            self.failure = error
            if not self._output.has_begun:
                return
            await self._give_up("not finished")
            await self._fail(error)
            return
        await self._finish(cut)

    async def _go(self) -> str | None:
        """Rounds until the end; the limit that was hit, or None."""
        if self.request.approved:
            await self._begin()
            self.conversation += [approved.call for approved in self.request.approved]
            cut = await self._make(await self._calls.begin_approved(self.request.approved))
            if cut is not None:
                return cut
        while True:
            answer = await self._ask()
            calls = [call for call in answer.calls.values() if not call.is_held]
            if answer.end is not None and answer.end.get("status") == "incomplete":
                self.response["incomplete_details"] = answer.end.get("incomplete_details")
                await self._give_up("not called: the model's answer was cut off")
                return None
            if not calls:
                return None
            if self.rounds >= self.request.max_rounds:
                await self._give_up(f"not called: the limit of {self.request.max_rounds} rounds is reached")
                return f"the limit of {self.request.max_rounds} rounds is reached"
            cut = await self._make(calls)
            if cut is not None:
                return cut
            if len(answer.calls) > len(calls) or _client_goes_on(answer):
                return None

    async def _make(self, calls: Sequence[Call]) -> str | None:
        """Make as many calls as may be made; the limit that was hit, or None."""
        if self._calls.made == 0 and self.on_first_call is not None:
            self.on_first_call()
        left = self.request.max_tool_calls - self._calls.made
        await self._calls.make(calls[:left])
        if len(calls) > left:
            cut = f"the limit of {self.request.max_tool_calls} tool calls is reached"
            await self._give_up(f"not called: {cut}")
            return cut
        self.conversation += self._calls.outputs()
        return None

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
        self._remember(answer)
        if self.on_round is not None:
            self.on_round(answer.end.get("usage") or {}, self._usage)
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
        if found:
            self._calls.with_media = False
        return found

    async def _take(self, event: JsonObject, answer: _Round) -> None:
        kind = str(event.get("type"))
        index = event.get("output_index")
        if kind in ("response.completed", "response.incomplete"):
            answer.end = event.get("response") or {}
        elif kind in ("response.created", "response.in_progress", "response.queued") or not isinstance(index, int):
            return
        elif kind == "response.output_item.added" and self._calls.is_ours(event["item"]):
            answer.calls[index] = await self._calls.begin(event["item"])
        elif index in answer.calls:
            await self._calls.go_on(kind, event, answer.calls[index])
        else:
            await self._pass_on(kind, event, index, answer)

    async def _pass_on(self, kind: str, event: JsonObject, index: int, answer: _Round) -> None:
        place = answer.places.get(index)
        if place is None:
            place = answer.places[index] = self._output.place()
        if kind == "response.output_item.done":
            self._output.put(place, event["item"])
            answer.items[index] = event["item"]
        await self._output.emit({**event, "output_index": place})

    def _remember(self, answer: _Round) -> None:
        """Add a round to the conversation, in the provider's order; what is not approved was not called."""
        own = {index: call.call for index, call in answer.calls.items() if not call.is_held}
        self._calls.remember([call for call in answer.calls.values() if not call.is_held])
        stored = self.request.options.get("store") is not False
        for index in sorted({**answer.items, **own}):
            item = own.get(index) or answer.items[index]
            # What the provider has not kept has no id there, and thoughts can only be sent back encrypted.
            if stored or item.get("encrypted_content"):
                self.conversation.append(item)
            elif item.get("type") != "reasoning":
                self.conversation.append({name: value for name, value in item.items() if name != "id"})

    async def _give_up(self, why: str) -> None:
        await self._calls.give_up(why)
        self.conversation += self._calls.outputs()

    async def _begin(self) -> None:
        await self._output.begin(source for source in self.request.sources if source.label not in self.request.listed)

    async def _finish(self, cut: str | None) -> None:
        self.limit = cut
        if cut is not None:
            # The API has no other word for it; the calls that were not made say which limit it was.
            self.response["incomplete_details"] = {"reason": "max_messages"}
        is_cut = bool(self.response.get("incomplete_details"))
        await self._output.end("incomplete" if is_cut else "completed", whole(self._usage))

    async def _fail(self, error: McptuiError) -> None:
        self.response["error"] = response_error(error)
        await self._output.end("failed", whole(self._usage))


def _are_all_known(options: JsonObject) -> bool:
    """Whether the request names all functions: a prompt of the provider's has its own, a search finds others."""
    tools = options.get("tools") or ()
    return options.get("prompt") is None and not any(tool.get("type") == "tool_search" for tool in tools)


def _client_goes_on(answer: _Round) -> bool:
    return any(item.get("type") in _FOR_THE_CLIENT for item in answer.items.values())
