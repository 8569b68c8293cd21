"""A scripted model provider inside the test's own event loop: Chat Completions and the Responses API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeAlias

from aiohttp import web

from tests.support.aiohttp_server import runner_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error instead of an answer."""

    status: int
    message: str = "no"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Says:
    """A text, then calls as (name, arguments as JSON text), then possibly a cut-off."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    refusal: str = ""
    #: Why the answer is not whole: "length" or "content_filter" in the words of Chat Completions.
    cut: str | None = None
    #: What a provider says of its thoughts; one with Chat Completions beside its message.
    thought: str = ""
    #: Wait in the middle until the event is set, or for ever.
    hold: asyncio.Event | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it stands, whatever was asked."""

    body: bytes
    content_type: str = "text/event-stream"
    status: int = 200


Round: TypeAlias = Refusal | Says | Raw

_USAGE: Final = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; the path with its query."""

    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The body as JSON."""
        return json.loads(self.raw)


@dataclass(slots=True)
class ScriptedProvider:
    """Answers request after request with the next of its rounds; the last one stays."""

    rounds: list[Round] = field(default_factory=lambda: [Says("hello there")])
    #: Makes the answer out of the body instead.
    script: Callable[[Any], Round] | None = None
    #: Answers of other paths, by method and path below the base URL.
    others: dict[tuple[str, str], Raw] = field(default_factory=dict)
    #: Nothing is answered before it is set.
    before: asyncio.Event | None = None
    asked: list[Asked] = field(default_factory=list)
    #: Where it listens; 0 is any free port.
    port: int = 0
    url: str = ""
    #: Set when a client closed the connection in the middle of an answer.
    left: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**28)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = runner_of(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        is_known = bool(raw) or "/responses/" in request.path or self._other(request) is not None
        if not is_known:
            # Programs between look for a list of models when they start, at any moment: it is no request of a test.
            return web.Response(status=404)
        self.asked.append(Asked(request.path_qs, headers, raw))
        if self.before is not None:
            await self.before.wait()
        if (other := self._other(request)) is not None:
            return web.Response(body=other.body, status=other.status, headers={"content-type": other.content_type})
        if not raw:
            return self._about(request)
        script = self._script(raw)
        if isinstance(script, Refusal):
            error = {"message": script.message, "type": "scripted", "param": None, "code": "scripted"}
            return web.json_response({"error": error}, status=script.status, headers=dict(script.headers))
        if isinstance(script, Raw):
            return web.Response(body=script.body, headers={"content-type": script.content_type})
        body = json.loads(raw)
        is_chat = request.path.endswith("/chat/completions")
        number = len(self.asked)
        if not body.get("stream"):
            if script.hold is not None:
                self.started.set()
                await self._held(script.hold)
            return web.json_response(chat_completion(script, number) if is_chat else response(script, number))
        stream = web.StreamResponse(headers={"content-type": "text/event-stream", "x-request-id": f"req-{number}"})
        await stream.prepare(request)
        events = chat_chunks(script, number) if is_chat else response_events(script, number)
        async for text in self._paced(events, script):
            await stream.write(text)
        return stream

    def _other(self, request: web.Request) -> Raw | None:
        return self.others.get((request.method, request.path.removeprefix("/v1")))

    def _about(self, request: web.Request) -> web.StreamResponse:
        """A request about a response that was made before."""
        id_, _, what = request.path.partition("/responses/")[2].partition("/")
        number = int(id_.removeprefix("resp_upstream_"))
        if what == "input_items":
            return web.json_response({"object": "list", "data": [], "has_more": False, "first_id": "", "last_id": ""})
        if request.method == "DELETE":
            return web.json_response({"id": id_, "object": "response", "deleted": True})
        status = "cancelled" if what == "cancel" else "completed"
        return web.json_response(_response(number, status=status, background=True))

    def _script(self, raw: bytes) -> Round:
        if self.script is not None:
            return self.script(json.loads(raw))
        return self.rounds[min(len(self.asked), len(self.rounds)) - 1]

    async def _paced(self, events: Iterator[bytes], script: Says) -> AsyncIterator[bytes]:
        for position, event in enumerate(events):
            if position == 2 and script.hold is not None:
                self.started.set()
                await self._held(script.hold)
            yield event

    async def _held(self, hold: asyncio.Event) -> None:
        try:
            await hold.wait()
        except asyncio.CancelledError:
            self.left.set()
            raise


def _pieces(text: str) -> list[str]:
    return [text[start : start + 6] for start in range(0, len(text), 6)]


def _data(value: Json, name: str | None = None) -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(value)}\n\n".encode()


# -- Chat Completions ---------------------------------------------------------------------------------------


def _finish(script: Says) -> str:
    return script.cut or ("tool_calls" if script.calls else "stop")


def chat_completion(script: Says, number: int) -> Json:
    """The whole answer."""
    message: Json = {"role": "assistant", "content": script.text or None, "refusal": script.refusal or None}
    if script.calls:
        message["tool_calls"] = [
            {"id": f"call_{number}_{index}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for index, (name, arguments) in enumerate(script.calls)
        ]
    choice = {"index": 0, "message": message, "finish_reason": _finish(script), "logprobs": None}
    head = {"id": f"chatcmpl-{number}", "object": "chat.completion", "created": 1, "model": "upstream-model"}
    return {**head, "choices": [choice], "usage": _USAGE}


def chat_chunks(script: Says, number: int) -> Iterator[bytes]:
    """The same, streamed."""
    head = {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": 1, "model": "upstream-model"}

    def chunk(delta: Json, finish: str | None = None) -> bytes:
        return _data({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    yield chunk({"role": "assistant", "content": ""})
    yield from (chunk({"reasoning_content": piece}) for piece in _pieces(script.thought))
    yield from (chunk({"content": piece}) for piece in _pieces(script.text))
    yield from (chunk({"refusal": piece}) for piece in _pieces(script.refusal))
    for index, (name, arguments) in enumerate(script.calls):
        call = {"index": index, "id": f"call_{number}_{index}", "type": "function"}
        yield chunk({"tool_calls": [{**call, "function": {"name": name, "arguments": ""}}]})
        for piece in _pieces(arguments):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield chunk({}, _finish(script))
    yield _data({**head, "choices": [], "usage": _USAGE})
    yield b"data: [DONE]\n\n"


# -- Responses ----------------------------------------------------------------------------------------------


def response(script: Says, number: int) -> Json:
    """The whole answer."""
    last = [json.loads(text.partition(b"data: ")[2]) for text in response_events(script, number)][-1]
    whole: Json = last["response"]
    return whole


def _response(number: int, **members: Any) -> Json:
    return {
        "id": f"resp_upstream_{number}",
        "object": "response",
        "created_at": 1,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "model": "upstream-model",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "temperature": 1.0,
        "usage": None,
        **members,
    }


def response_events(script: Says, number: int) -> Iterator[bytes]:
    """The same, streamed; a model that reasons first when it calls."""
    count = 0

    def event(kind: str, **members: Any) -> bytes:
        nonlocal count
        value = {"type": kind, "sequence_number": count, **members}
        count += 1
        return _data(value, kind)

    yield event("response.created", response=_response(number))
    yield event("response.in_progress", response=_response(number))
    output: list[Json] = []
    if script.calls or script.thought:
        yield from _reasoning(event, f"rs_{number}", script.thought, output)
    kind, text = ("refusal", script.refusal) if script.refusal else ("output_text", script.text)
    if text:
        yield from _message(event, f"msg_{number}", len(output), kind, text, output)
    for index, (name, arguments) in enumerate(script.calls):
        item = {"id": f"fc_{number}_{index}", "type": "function_call", "call_id": f"call_{number}_{index}"}
        item |= {"name": name, "arguments": "", "status": "in_progress"}
        place = {"output_index": len(output), "item_id": item["id"]}
        yield event("response.output_item.added", output_index=len(output), item=item)
        for piece in _pieces(arguments):
            yield event("response.function_call_arguments.delta", **place, delta=piece)
        yield event("response.function_call_arguments.done", **place, arguments=arguments)
        item = {**item, "arguments": arguments, "status": "completed"}
        yield event("response.output_item.done", output_index=len(output), item=item)
        output.append(item)
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 1},
        "total_tokens": 15,
    }
    if script.cut:
        reason = "max_output_tokens" if script.cut == "length" else script.cut
        ended = _response(number, status="incomplete", incomplete_details={"reason": reason})
        yield event("response.incomplete", response={**ended, "output": output, "usage": usage})
    else:
        yield event("response.completed", response=_response(number, status="completed", output=output, usage=usage))


def _reasoning(event: Any, id_: str, thought: str, output: list[Json]) -> Iterator[bytes]:
    item: Json = {"id": id_, "type": "reasoning", "summary": []}
    yield event("response.output_item.added", output_index=0, item=item)
    if thought:
        place = {"output_index": 0, "item_id": id_, "summary_index": 0}
        part = {"type": "summary_text", "text": thought}
        yield event("response.reasoning_summary_part.added", **place, part={**part, "text": ""})
        for piece in _pieces(thought):
            yield event("response.reasoning_summary_text.delta", **place, delta=piece)
        yield event("response.reasoning_summary_text.done", **place, text=thought)
        yield event("response.reasoning_summary_part.done", **place, part=part)
        item = {**item, "summary": [part], "encrypted_content": f"sealed {thought}"}
    yield event("response.output_item.done", output_index=0, item=item)
    output.append(item)


def _message(event: Any, id_: str, index: int, kind: str, text: str, output: list[Json]) -> Iterator[bytes]:
    member = "refusal" if kind == "refusal" else "text"
    extra: Json = {} if kind == "refusal" else {"annotations": [], "logprobs": []}
    logprobs: Json = {} if kind == "refusal" else {"logprobs": []}
    item: Json = {"id": id_, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    place = {"output_index": index, "item_id": id_, "content_index": 0}
    part = {"type": kind, member: "", **extra}
    yield event("response.output_item.added", output_index=index, item=item)
    yield event("response.content_part.added", **place, part=part)
    for piece in _pieces(text):
        yield event(f"response.{kind}.delta", **place, delta=piece, **logprobs)
    yield event(f"response.{kind}.done", **place, **{member: text}, **logprobs)
    part = {**part, member: text}
    yield event("response.content_part.done", **place, part=part)
    item = {**item, "status": "completed", "content": [part]}
    yield event("response.output_item.done", output_index=index, item=item)
    output.append(item)
