"""``/v1/responses``: any model, with the tools behind this gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Final

from starlette.types import Send

from mcptui.errors import McptuiError
from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.client_watch import LIFE_AFTER
from mcptui.gateway.fronts.openai import approvals
from mcptui.gateway.fronts.openai.answer import error_event, event_of, event_stream, send_value, whole_answer
from mcptui.gateway.fronts.openai.forward import forward
from mcptui.gateway.fronts.openai.forwarded import Forwarded
from mcptui.gateway.fronts.openai.references import Resolved, resolve
from mcptui.gateway.fronts.openai.request import ModelRequest, model_of
from mcptui.gateway.fronts.openai.request_tools import RequestTools, sort_tools
from mcptui.gateway.fronts.openai.stored import MOST_RUNNING, EventLog, Stored, StoredResponses
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.conversation import Asked, Conversation, read_input
from mcptui.llm.engine import Run, RunRequest
from mcptui.llm.errors import LlmError, bad_request
from mcptui.llm.functions import Functions
from mcptui.llm.provider import provider_of
from mcptui.llm.response import new_response
from mcptui.llm.tools import ToolSource
from mcptui.protocol import jsonrpc
from mcptui.tasks import start_task

_OURS: Final = ("model", "input", "stream", "stream_options", "background", "background_options")
#: Only a provider that keeps conversations, or prompts, can do these.
_NEEDS_RESPONSES: Final = ("conversation", "prompt", "context_management")


class ResponsesApi:
    """Creates, keeps and gives back responses."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.stored = StoredResponses(core.stores.responses)
        self._forwarded = Forwarded(core.stores.provider_responses)
        self._approvals = core.stores.approvals

    async def create(self, request: ModelRequest, send: Send) -> asyncio.Task[None] | None:
        """Answer a request; the task that goes on when it runs in the background.

        Raises:
            LlmError: it cannot be done.
        """
        tools = await sort_tools(self._core, request)
        previous_id = request.body.get("previous_response_id")
        previous = await self.stored.find(previous_id, request.principal)
        await self._forwarded.require_own(previous_id, request.principal)
        given, has_items = request.body.get("input"), request.model.api == "responses"
        resolved = await resolve(self.stored, given, request.principal, previous, has_items=has_items)
        if has_items and not tools.ours and previous is None and resolved is None:
            await self._forward(request, tools, send)
            return None
        if resolved is not None:
            request = replace(request, body={**request.body, "input": resolved.items})
        run, conversation = await self._prepare(request, tools, previous, resolved)
        if request.body.get("background") is True:
            return await self._in_background(request, run, conversation, send)
        async with aclosing(self._kept(request, run, conversation)) as events:
            if request.streams:
                await _stream(_encoded(events), send)
                return None
            with whole_answer(run, send) as finish:
                async for _ in events:
                    pass
                await finish(run.response)
        return None

    async def _forward(self, request: ModelRequest, tools: RequestTools, send: Send) -> None:
        connection = await self._core.providers.connect(request.model)
        body = request.for_provider()
        if tools.others != (request.body.get("tools") or []):
            body = jsonrpc.encode({**request.body, "model": request.model.model, "tools": tools.others})
        observe = self._forwarded.observer(request.principal, request.model.name)
        await forward(connection, "POST", "/responses", body, send, observe, streams=request.streams)

    async def pass_on(self, method: str, id_: str, what: str, query: str, principal: KeyPrincipal, send: Send) -> bool:
        """Have the provider answer about a response that it keeps by itself; False where it keeps none of that id.

        Raises:
            LlmError: the principal may not use the model any more, or there is no answer.
        """
        name = await self._forwarded.model_of(id_, principal)
        if name is None:
            return False
        connection = await self._core.providers.connect(model_of(self._core, principal, name))
        path = f"/responses/{id_}{what}{f'?{query}' if query else ''}"
        status = await forward(connection, method, path, None, send)
        if method == "DELETE":
            await self._forwarded.deleted(id_, status)
        return True

    async def _prepare(
        self, request: ModelRequest, tools: RequestTools, previous: Stored | None, resolved: Resolved | None
    ) -> tuple[Run, Conversation]:
        body = request.body
        is_chat = request.model.api == "chat"
        if is_chat:
            _refuse_what_chat_lacks(body, previous)
        elif body.get("conversation") is not None:
            # The provider would keep every round of it, calls without an output too.
            why = "conversation cannot be kept by the provider while this gateway runs tools in it"
            raise bad_request(f"{why}: use previous_response_id", "conversation")
        functions: Functions[ToolSource] = Functions(tools.ours, tools.function_names)
        before = previous.conversation if previous is not None else Conversation()
        if resolved is not None:
            before = resolved.before
        conversation = read_input(
            body.get("input"), before, functions, lambda label: is_chat or label in tools.labels | before.listed
        )
        options = {name: value for name, value in body.items() if name not in _OURS and value is not None}
        options["tools"] = tools.others
        if previous is not None:
            options.pop("previous_response_id", None)
        limit = options.pop("max_tool_calls", None) if tools.ours else None
        if limit is not None and (not isinstance(limit, int) or limit < 1):
            raise bad_request("max_tool_calls must be a number of at least 1", "max_tool_calls")
        wanted = RunRequest(
            response=new_response(body),
            conversation=conversation.items,
            options=options,
            sources=tools.ours,
            functions=functions,
            listed=frozenset(conversation.listed),
            approved=conversation.approved,
            begins_at_once=body.get("background") is True,
            **({} if limit is None else {"max_tool_calls": limit}),
        )
        run = Run(wanted, provider_of(await self._core.providers.connect(request.model)))
        # Last: a request that is refused has used up nothing.
        await approvals.use(self._approvals, conversation.approved, request.principal)
        return run, conversation

    async def _kept(
        self, request: ModelRequest, run: Run, conversation: Conversation, background: Stored | None = None
    ) -> AsyncGenerator[dict[str, Any]]:
        """The events of ``run``, whose conversation can go on before its last one is told."""
        async with aclosing(run.events()) as events:
            async for event in events:
                if event["type"] in ("response.completed", "response.incomplete", "response.failed"):
                    await self._keep(request, run, conversation, background)
                yield event

    async def _keep(
        self, request: ModelRequest, run: Run, conversation: Conversation, background: Stored | None
    ) -> None:
        asked = dict(conversation.asked)
        for item in run.response["output"]:
            if item["type"] == "mcp_approval_request" and item["id"] in run.waiting:
                call = run.waiting[item["id"]]
                asked[item["id"]] = Asked(item["server_label"], item["name"], item["arguments"], call)
                await approvals.asked(self._approvals, item["id"], request.principal, item["arguments"])
        if request.body.get("store") is False:
            return
        listed = conversation.listed | {source.label for source in run.request.sources}
        after = Conversation(run.conversation, asked, listed)
        if background is not None:
            background.conversation = after
        else:
            given = _items(request.body.get("input"))
            await self.stored.put(Stored(request.principal.id, run.response, after, given))

    # -- in the background ----------------------------------------------------------------------------------

    async def _in_background(
        self, request: ModelRequest, run: Run, conversation: Conversation, send: Send
    ) -> asyncio.Task[None]:
        if request.body.get("store") is False:
            raise bad_request("background needs store: the response could not be fetched", "background")
        if self.stored.running >= MOST_RUNNING:
            message = f"{MOST_RUNNING} responses are running in the background, which is the maximum."
            raise LlmError(message, status=429, kind="rate_limit_error", code="rate_limit_exceeded", retry_after="10")
        events = EventLog()
        stored = Stored(request.principal.id, run.response, conversation, _items(request.body.get("input")), log=events)
        run.response["status"] = "queued"
        queued = dict(run.response)
        stored.task = start_task(self._work(request, run, stored, events), name="background response", awaited=True)
        self.stored.begin(stored)
        if request.streams:
            await _stream(events.after(-1), send)
        else:
            await send_value(send, queued)
        return stored.task

    async def _work(self, request: ModelRequest, run: Run, stored: Stored, events: EventLog) -> None:
        try:
            async with aclosing(self._kept(request, run, stored.conversation, stored)) as made:
                async for event in made:
                    await events.add(event)
        finally:
            if run.response["status"] in ("queued", "in_progress"):
                run.response["status"] = "cancelled"
            await asyncio.shield(self._end(stored, events))

    async def _end(self, stored: Stored, events: EventLog) -> None:
        await events.end()
        await self.stored.finish(stored)

    async def get(self, id_: str, principal: KeyPrincipal) -> Stored:
        """The response ``id_``.

        Raises:
            LlmError: there is none that is the principal's.
        """
        stored = await self.stored.find(id_, principal)
        if stored is None:
            raise LlmError(
                f"Response with id '{id_}' not found.", status=404, kind="invalid_request_error", param="response_id"
            )
        return stored

    async def retrieve(self, id_: str, principal: KeyPrincipal, after: int | None, send: Send) -> None:
        """Give a response back; from an event on where it was made in the background and ``after`` says so."""
        stored = await self.get(id_, principal)
        if after is None:
            await send_value(send, stored.response)
        elif stored.log is None:
            raise bad_request("only a response that was made in the background can be streamed again", "stream")
        else:
            await _stream(stored.log.after(after), send)

    async def cancel(self, id_: str, principal: KeyPrincipal, send: Send) -> None:
        """End a run in the background, its tools too."""
        stored = await self.get(id_, principal)
        if stored.log is None:
            raise bad_request("only a response that was made in the background can be cancelled", "response_id")
        if stored.task is not None:
            stored.task.cancel()
            await asyncio.wait([stored.task])
        await send_value(send, stored.response)


def _refuse_what_chat_lacks(body: dict[str, Any], previous: Stored | None) -> None:
    id_ = body.get("previous_response_id")
    if id_ is not None and previous is None:
        message = f"Previous response with id '{id_}' not found."
        raise bad_request(message, "previous_response_id", "previous_response_not_found")
    for name in _NEEDS_RESPONSES:
        if body.get(name) is not None:
            raise bad_request(f"{name} is not available: this model's provider has Chat Completions", name)


def _items(given: Any) -> list[dict[str, Any]]:
    if isinstance(given, str):
        content = [{"type": "input_text", "text": given}]
        given = [{"type": "message", "role": "user", "content": content}]
    return [{"id": f"item_{index}", **item} for index, item in enumerate(given)]


async def _encoded(events: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    async for event in events:
        yield event_of(event, name=event["type"])


async def _stream(events: AsyncIterator[bytes], send: Send) -> None:
    """Send events as they come. Until the first one is there, or takes long, an error has its own status."""
    stream = event_stream(send)
    stream.open_later(LIFE_AFTER)
    try:
        async for event in events:
            if not stream.is_open:
                await stream.open()
            await stream.write(event)
        await stream.open()  # where all of it was told before
        await stream.end()
    except McptuiError as error:
        stream.stop()
        if stream.is_open:
            await stream.write(event_of(error_event(error), name="error"))
            await stream.end()
        raise
    finally:
        stream.stop()
