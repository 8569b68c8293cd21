"""The HTTP answer to one request: JSON, or an event stream from the moment something must stream."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.types import Receive, Scope, Send

from mcptui.gateway.fronts.http.stream import StreamWriter
from mcptui.gateway.pipeline import Parts
from mcptui.protocol.sse import encode_event
from mcptui.tasks import start_task

#: A call that takes longer than this is watched for a client that goes away, seconds.
WATCH_AFTER: Final = 0.25


async def send_json(
    send: Send, status: int, body: bytes | Parts, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """One complete JSON response."""
    parts = (body,) if isinstance(body, bytes) else body
    size = sum(map(len, parts))
    head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % size), *(headers or ())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    for part in parts[:-1]:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": parts[-1]})


async def send_empty(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    """A response without a body."""
    head = [(b"content-length", b"0"), *(headers or ())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": b""})


class Answer:
    """Writes the answer; the task that makes it is cancelled when a stateless client goes away.

    Args:
        receive: the request's channel, to see it go.
        send: the response's channel.
        headers: headers of the response, whichever form it takes.
        cancel_on_leave: whether closing the connection cancels the call (stateless era).
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        headers: list[tuple[bytes, bytes]] | None = None,
        cancel_on_leave: bool,
    ) -> None:
        self._receive = receive
        self._send = send
        self._headers = headers or []
        self._cancel_on_leave = cancel_on_leave
        self._stream: StreamWriter | None = None
        self._task = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER, self._watch)
        #: The client has gone.
        self.left = False
        self._over = asyncio.Event()

    async def gone(self) -> None:
        """Wait until the client goes, or the stream ends."""
        if self._watcher is None:
            self._timer.cancel()
            self._watch()
        await self._over.wait()

    def _watch(self) -> None:
        self._watcher = start_task(self._watch_client(), name="watch client")

    async def _watch_client(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self._over.set()
        if self._stream is not None:
            self._stream.stop()
        if self._cancel_on_leave and self._task is not None:
            self._task.cancel()

    async def open_stream(self) -> StreamWriter:
        """Commit to an event stream; the status is then 200."""
        if self._stream is None:
            self._stream = StreamWriter(self._send, self._headers)
        await self._stream.open()
        return self._stream

    async def event(
        self, data: bytes, *, name: str = "message", id_: str | None = None, retry_ms: int | None = None
    ) -> None:
        """Send one event on the stream, opening it if need be."""
        stream = await self.open_stream()
        await stream.write(encode_event(data, event=name if data else None, id_=id_, retry_ms=retry_ms))

    async def finish(
        self,
        status: int,
        body: bytes | Parts,
        *,
        id_: str | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        """The final message: the last event of the stream, or the JSON body with ``status`` and ``headers``."""
        self.stop_watching()
        if self._stream is not None:
            await self.event(body if isinstance(body, bytes) else b"".join(body), id_=id_)
            await self.end()
        else:
            await send_json(self._send, status, body, [*self._headers, *headers])

    async def end(self) -> None:
        """End the stream."""
        self.stop_watching()
        await (await self.open_stream()).end()

    def stop_watching(self) -> None:
        """The call is over."""
        self._over.set()
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._stream is not None:
            self._stream.stop()


class BodyTooLargeError(Exception):
    """The request's body is larger than max_body_bytes."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole request body.

    Raises:
        BodyTooLargeError: more than ``limit`` bytes, announced or sent.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise BodyTooLargeError
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise BodyTooLargeError
        return body
    chunks, size = [body], len(body)
    while message.get("more_body", False):
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError
        chunks.append(chunk)
    return b"".join(chunks)
