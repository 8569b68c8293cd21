"""Plain requests: the provider's answer as it comes, byte for byte."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.types import Send

from mcptui.gateway.fronts.http.client_watch import LIFE_AFTER
from mcptui.gateway.fronts.http.incoming import send_whole
from mcptui.gateway.fronts.http.stream import StreamWriter
from mcptui.gateway.fronts.openai.answer import error_event, event_of, event_stream
from mcptui.llm.errors import LlmError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx2

    from mcptui.gateway.fronts.http.incoming import Headers
    from mcptui.gateway.fronts.openai.forwarded import Observe
    from mcptui.llm.connection import Connection
    from mcptui.llm.upload import Upload

_ACCEPT: Final = "application/json, text/event-stream"
_KEPT_HEADERS: Final = frozenset(
    {"content-type", "content-disposition", "retry-after", "retry-after-ms", "x-request-id"}
)
_KEPT_PREFIXES: Final = ("openai-", "x-ratelimit-")


async def forward(
    connection: Connection,
    method: str,
    path: str,
    body: bytes | Upload | None,
    send: Send,
    observe: Observe | None = None,
    *,
    streams: bool = False,
    accept: str = _ACCEPT,
) -> int:
    """Send a request on and its answer back, a stream piece by piece; the status of the answer.

    Args:
        connection: to the model.
        method: of HTTP.
        path: below the model's base URL, with its query.
        body: as the provider gets it.
        send: the client's channel.
        observe: sees the pieces of a good answer.
        streams: whether a stream is asked for: where its beginning takes long, its headers are sent before it.
        accept: what kinds of answers the client takes.

    Raises:
        LlmError: the provider gave no answer, or broke off in the middle of it.
    """
    stream = event_stream(send)
    if streams:
        stream.open_later(LIFE_AFTER)
    try:
        response = await connection.send(method, path, body, accept)
        try:
            await _answer(connection, response, stream, send, observe)
            return response.status_code
        finally:
            await response.aclose()
    except LlmError as error:
        stream.stop()
        if stream.is_open and stream.is_between_events:
            await stream.write(event_of(error_event(error)))
            await stream.end()
        raise
    finally:
        stream.stop()


async def _answer(
    connection: Connection, response: httpx2.Response, stream: StreamWriter, send: Send, observe: Observe | None
) -> None:
    headers = _kept(response)
    if response.status_code >= 400:
        stream.stop()
        if stream.is_open:
            raise await connection.refusal(response)
        refusal = await connection.refusal_text(response)
        size = (b"content-length", b"%d" % len(refusal))
        await send_whole(send, response.status_code, [*headers, size], (refusal,))
        return
    if not stream.is_open:
        stream.stop()
    if stream.is_open:
        await _relay(connection, response, stream, observe)
    elif response.headers.get("content-type", "").startswith("text/event-stream"):
        kind = response.headers["content-type"].encode("latin-1")
        own = StreamWriter(send, [each for each in headers if each[0] != b"content-type"], kind)
        try:
            await own.open()
            await _relay(connection, response, own, observe)
        finally:
            own.stop()
    else:
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        async for piece in _observed(connection, response, observe):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _relay(
    connection: Connection, response: httpx2.Response, stream: StreamWriter, observe: Observe | None
) -> None:
    async for piece in _observed(connection, response, observe):
        await stream.relay(piece)
    await stream.end()


async def _observed(
    connection: Connection, response: httpx2.Response, observe: Observe | None
) -> AsyncGenerator[bytes]:
    is_first = True
    async for piece in connection.pieces(response):
        yield piece
        if is_first:
            # What is written leaves at the end of a round of the event loop: the first byte must not wait for others
            # that are there already.
            is_first = False
            await asyncio.sleep(0)
        if observe is not None:
            await observe(piece)


def _kept(response: httpx2.Response) -> Headers:
    return [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers.items()
        if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)
    ]
