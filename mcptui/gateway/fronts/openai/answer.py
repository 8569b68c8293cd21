"""Answers in the forms of the OpenAI API: JSON, errors, event streams."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from starlette.types import Send

from mcptui.errors import McptuiError
from mcptui.gateway.fronts.http.client_watch import LIFE_AFTER
from mcptui.gateway.fronts.http.incoming import Headers, send_json
from mcptui.gateway.fronts.http.stream import JSON_SIGN, StreamWriter
from mcptui.llm.engine import Run
from mcptui.llm.errors import LlmError
from mcptui.protocol import jsonrpc
from mcptui.protocol.sse import encode_event


async def send_value(send: Send, value: Any) -> None:
    """A JSON answer."""
    await send_json(send, 200, jsonrpc.encode(value))


@contextmanager
def whole_answer(run: Run, send: Send) -> Iterator[Callable[[Any], Awaitable[None]]]:
    """A block that reads ``run`` and then sends the value that the answer is, by what the block is given.

    An error of the provider has its own status until a tool is called. From then on the status is 200 in any case, so
    that an answer that takes long begins with white space, and its client does not take the silence for a failure.
    """
    stream = StreamWriter(send, content_type=b"application/json", sign=JSON_SIGN)
    run.on_first_call = partial(stream.open_later, LIFE_AFTER)

    async def finish(value: Any) -> None:
        stream.stop()
        if stream.is_open:
            await stream.end(jsonrpc.encode(value))
        else:
            await send_value(send, value)

    try:
        yield finish
    finally:
        stream.stop()


async def send_error(send: Send, error: McptuiError, headers: Headers = ()) -> None:
    """An error with the status that it has; what is wrong behind the gateway is 502."""
    if not isinstance(error, LlmError):
        error = LlmError(error.message, hint=error.hint)
    if error.retry_after is not None:
        headers = [*headers, (b"retry-after", error.retry_after.encode("latin-1", "replace"))]
    await send_json(send, error.status or 502, jsonrpc.encode(error.body()), headers)


def error_event(error: McptuiError) -> dict[str, Any]:
    """The error of a stream that has begun with nothing but its headers, as clients of either API read it."""
    if not isinstance(error, LlmError):
        error = LlmError(error.message, hint=error.hint)
    body = error.body()
    about = {name: body["error"][name] for name in ("code", "message", "param")}
    return {"type": "error", "sequence_number": 0, **about, **body}


def event_stream(send: Send) -> StreamWriter:
    """A stream as clients of the OpenAI API expect it."""
    return StreamWriter(send, content_type=b"text/event-stream; charset=utf-8")


def event_of(value: Any, *, name: str | None = None) -> bytes:
    """``value`` as an event."""
    return encode_event(jsonrpc.encode(value), event=name)
