"""A conversation through the control API: the engine with the tools of a chosen key."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from mcptui.errors import McptuiError, NotFoundError
from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import principal_named
from mcptui.gateway.record.for_models import for_model, result_for_model
from mcptui.llm.arguments import read_arguments
from mcptui.llm.chat_request import messages_of
from mcptui.llm.chat_to_responses import items_of
from mcptui.llm.cost import cost_of
from mcptui.llm.engine import Run, RunRequest
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions, result_text
from mcptui.llm.provider import provider_of
from mcptui.llm.response import new_response
from mcptui.llm.tools import Approval, ToolCall, ToolSource, Verdict
from mcptui.llm.usage import number, to_chat
from mcptui.model import LlmModel
from mcptui.model.chat import with_attached
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.protocol.annotations import is_read_only
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.tasks import start_task

if TYPE_CHECKING:
    from mcptui.llm.connection import Connection

log = logging.getLogger(__name__)

_LABEL: Final = "mcptui"


class ChatTools:
    """The tools of one key; what happens with them is told as events.

    Args:
        calls: runs requests as a key.
        request: says whose tools they are ("key", None is the owner), which of the key's servers count ("servers",
            None is all), and which calls need a yes ("approve": "never", "always", or "ask" for all that are not
            marked read-only, as servers in production always do).
        tell: takes the events.
    """

    def __init__(self, calls: ControlCalls, request: JsonObject, tell: asyncio.Queue[CallEvent]) -> None:
        self._calls = calls
        self._key: str | None = request.get("key")
        self._servers: Sequence[str] | None = request.get("servers")
        self._approve = request.get("approve", "ask")
        self._tell = tell
        self._tools: dict[str, JsonObject] = {}
        self._owners: dict[str, str] = {}
        self._ended: set[str] = set()

    async def read(self) -> None:
        """Read the list."""
        if self._servers is not None and not self._servers:
            return  # nothing is asked of anybody
        listed = await self._calls.listed(self._key, None)
        owners = {tool["name"]: listed.owners[tool["name"]][0] for tool in listed.tools}
        self._owners = {
            name: owner for name, owner in owners.items() if self._servers is None or owner in self._servers
        }
        self._tools = {tool["name"]: tool for tool in listed.tools if tool["name"] in self._owners}

    @property
    def label(self) -> str:
        """One label for all servers."""
        return _LABEL

    @property
    def tools(self) -> Sequence[JsonObject]:
        """The tools of the key."""
        return tuple(self._tools.values())

    def approval(self, name: str) -> Approval:
        """Whether the person is asked first."""
        asks = self._approve == "ask" or self._is_production(name)
        return "ask" if self._approve == "always" or (asks and not is_read_only(self._tools[name])) else "never"

    def _is_production(self, name: str) -> bool:
        server = self._calls.servers.get(self._owners[name])
        return server is not None and server.is_production

    async def for_model(self, value: Any) -> Any:
        """``value`` without the secrets in use, which are meant for no provider."""
        return await for_model(value, self._calls.known)

    async def approve(self, call: ToolCall) -> Verdict:
        """Wait for ``POST /answer`` with the call's id: {"approve": bool, "arguments"?: object, "reason"?: str}."""
        annotations = self._tools[call.name].get("annotations")
        is_production = self._is_production(call.name)
        self.tell("approval", {**self._shown(call), "annotations": annotations, "production": is_production})
        answer = await self._calls.wait_for(call.id)
        arguments, reason = answer.get("arguments"), answer.get("reason")
        return Verdict(
            answer.get("approve") is True,
            arguments if isinstance(arguments, dict) else None,
            reason if isinstance(reason, str) else None,
        )

    async def call(self, call: ToolCall) -> JsonObject:
        """Run a tool; what it tells and asks meanwhile goes to the person.

        Raises:
            RpcError: the call failed outside the tool.
        """
        shown = self._shown(call)
        self.tell("tool", {**shown, "status": "running"})
        exchange = self._calls.exchange(self._key, "tools/call", {"name": call.name, "arguments": call.arguments})
        began = time.perf_counter()

        def took() -> JsonObject:
            """What the tool took; waiting for its server to start is not its time."""
            return {"ms": (time.perf_counter() - began) * 1000 - (exchange.connect_ms or 0.0)}

        try:
            result = await result_for_model(self._result(exchange), self._calls.known)
        except RpcError as error:
            self._tell_end(shown, **took(), status="error", error=error.message)
            raise
        failed: JsonObject = {}
        if result.get("isError"):
            failed = {"status": "error", "error": result_text(result).removeprefix("Error: ")}
        self._tell_end(shown, **{**took(), "status": "ok", "output": result, **failed})
        return result

    async def _result(self, exchange: Exchange) -> JsonObject:
        async for event in self._calls.follow(exchange):
            if event.type == "result":
                return event.value
            if event.type == "error":
                raise RpcError.from_wire(event.value)
            self._tell.put_nowait(event)
        raise RpcError(INTERNAL_ERROR, "the call gave no result")

    def _shown(self, call: ToolCall) -> JsonObject:
        server = self._owners.get(call.name)
        return {"id": call.id, "name": call.name, "server": server, "arguments": call.arguments}

    def tell_refused(self, item: JsonObject, problem: str) -> None:
        """Tell of a call that was not made, unless it was told already."""
        if item["id"] not in self._ended:
            name, arguments = item["name"], read_arguments(item["arguments"])
            shown = {"id": item["id"], "name": name, "server": self._owners.get(name)}
            shown["arguments"] = item["arguments"] if arguments is None else arguments
            self.tell("tool", {**shown, "status": "error", "error": problem})

    def _tell_end(self, shown: JsonObject, **outcome: Any) -> None:
        self._ended.add(shown["id"])
        self.tell("tool", {**shown, **outcome})

    def tell(self, kind: str, value: JsonObject) -> None:
        """Put an event among the others."""
        self._tell.put_nowait(CallEvent(type=kind, value=value))


async def chat(core: Core, calls: ControlCalls, request: dict[str, Any]) -> AsyncGenerator[CallEvent, None]:
    """Events of one turn; ends with "done" or "error".

    A request is {model, messages, key?, servers?, approve?, system?, temperature?, attached?}. "attached" are
    resources for the last message: [{uri, text}]. The events are

    attached {attached}, as a model is sent it, without the secrets in use; text {delta};
    tool {id, name, server, arguments, status: running | ok | error, output?, error?, ms?}; approval
    {id, name, server, arguments, annotations, production}; progress, log and ask of tools; retry {message, seconds}
    while the provider is given time; usage {usage, cost, context, context_size} after every round: the sum of the
    turn, and the tokens of the conversation as it is now; error {message, code, data: {hint, messages, context_size}};
    done {messages, rounds, tool_calls, stop}. The messages are the new ones, ready to be sent back.
    """
    queue: asyncio.Queue[CallEvent] = asyncio.Queue()
    task = start_task(_turn(core, calls, request, queue), name="chat", awaited=True)
    task.add_done_callback(lambda done: None if done.cancelled() else queue.put_nowait(done.result()))
    try:
        while True:
            event = await queue.get()
            yield event
            if event.type in ("done", "error"):
                return
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _turn(core: Core, calls: ControlCalls, request: dict[str, Any], queue: asyncio.Queue[CallEvent]) -> CallEvent:
    tools = ChatTools(calls, request, queue)
    try:
        model = _model(core, request.get("model"), request.get("key"))
        connection = await _connected(core, model)
        connection.on_retry = lambda problem, seconds: tools.tell(
            "retry", {"message": problem.message, "seconds": seconds}
        )
        await tools.read()
        given = items_of(await _messages(request, tools))
    except McptuiError as error:
        return _error(error, [])
    wanted = RunRequest(
        response=new_response({"model": model.name}),
        conversation=given,
        options=_options(request),
        sources=[tools],
        functions=Functions[ToolSource]([tools]),
        timeout=None,  # a person may take their time with an approval
    )
    run = Run(wanted, provider_of(connection))

    def tell_usage(last: JsonObject, total: JsonObject) -> None:
        used = {
            "usage": to_chat(total) or {},
            "cost": cost_of(model, total),
            "context": number(last, "input_tokens") + number(last, "output_tokens"),
            "context_size": core.providers.context_size(model),
        }
        tools.tell("usage", used)

    run.on_round = tell_usage
    try:
        async with aclosing(run.events()) as events:
            async for event in events:
                _tell(event, tools)
    except McptuiError as error:
        return _failed(core, model, error, [])
    except Exception:
        log.exception("a turn of a conversation failed")
        return _error(McptuiError("Internal error of the gateway", hint="Look at its log: mcptui logs"), [])
    messages = messages_of(run.conversation[len(given) :])
    if run.failure is not None:
        return _failed(core, model, run.failure, messages)
    details = run.response["incomplete_details"] or {}
    done = {"messages": messages, "rounds": run.rounds, "tool_calls": run.calls}
    return CallEvent(type="done", value={**done, "stop": run.limit or details.get("reason") or "stop"})


async def _messages(request: JsonObject, tools: ChatTools) -> list[JsonObject]:
    """The messages with the system prompt, and the attached resources in the last one, without the secrets in use."""
    messages: list[JsonObject] = list(request.get("messages") or [])
    if attached := request.get("attached"):
        attached = await tools.for_model(attached)
        tools.tell("attached", {"attached": attached})
        messages[-1] = {**messages[-1], "content": with_attached(str(messages[-1]["content"]), attached)}
    system = request.get("system")
    return [{"role": "system", "content": system}, *messages] if system else messages


def _options(request: JsonObject) -> JsonObject:
    temperature = request.get("temperature")
    return {} if temperature is None else {"temperature": temperature}


def _tell(event: JsonObject, tools: ChatTools) -> None:
    kind = event["type"]
    if kind in ("response.output_text.delta", "response.refusal.delta"):
        tools.tell("text", {"delta": event["delta"]})
    elif kind == "response.output_item.done" and event["item"]["type"] == "mcp_call":
        item = event["item"]
        problem = (item.get("error") or {}).get("message")
        if problem is not None:
            tools.tell_refused(item, str(problem))


def _model(core: Core, name: Any, key: str | None) -> LlmModel:
    snapshot = core.snapshot
    models = snapshot.access(principal_named(key)).models
    if name not in models:
        known = ", ".join(models) or "none"
        raise NotFoundError(f"there is no model {name!r} here (there is {known})", hint="Add one: mcptui model add")
    return snapshot.state.models[name]


async def _connected(core: Core, model: LlmModel) -> Connection:
    try:
        return await core.providers.connect(model)
    except McptuiError as error:  # to the person the same as a key that the provider refuses
        raise LlmError(error.message, hint=error.hint, status=401, code="no_api_key") from error


def _failed(core: Core, model: LlmModel, error: McptuiError, messages: Sequence[JsonObject]) -> CallEvent:
    """The end of a turn that the provider refused; what it says about its limit is remembered."""
    if isinstance(error, LlmError) and error.context_size is not None:
        core.providers.learn_context_size(model, error.context_size)
    return _error(error, messages)


def _error(error: McptuiError, messages: Sequence[JsonObject]) -> CallEvent:
    data: JsonObject = {"hint": error.hint, "messages": messages}
    if isinstance(error, LlmError):
        data |= {"type": error.kind, "code": error.code, "status": error.status, "context_size": error.context_size}
    code = error.status if isinstance(error, LlmError) and error.status else INTERNAL_ERROR
    return CallEvent(type="error", value={"code": code, "message": error.message, "data": data})
