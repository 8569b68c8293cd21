"""Answers in the forms of the OpenAI API: JSON, errors, event streams."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.types import Send

from mcptui.errors import McptuiError
from mcptui.gateway.fronts.http.answer import KEEP_ALIVE_EVERY, send_json
from mcptui.llm.errors import LlmError
from mcptui.protocol import jsonrpc
from mcptui.protocol.sse import KEEP_ALIVE, encode_event
from mcptui.tasks import start_task

_STREAM_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]


async def send_value(send: Send, value: Any) -> None:
    """A JSON answer."""
    await send_json(send, 200, jsonrpc.encode(value))


async def send_error(send: Send, error: McptuiError, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    """An error with the status that it has; what is wrong behind the gateway is 502."""
    if not isinstance(error, LlmError):
        error = LlmError(error.message, hint=error.hint)
    headers = list(headers or ())
    if error.retry_after is not None:
        headers.append((b"retry-after", error.retry_after.encode("latin-1", "replace")))
    await send_json(send, error.status or 502, jsonrpc.encode(error.body()), headers)


class EventStream:
    """An open event stream; comments keep it open while a tool works."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._lock = asyncio.Lock()
        self._beat: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Commit to a stream; the status is then 200."""
        await self._send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
        self._beat = start_task(self._keep_alive(), name="keep-alive")

    async def event(self, value: Any, *, name: str | None = None) -> None:
        """One event."""
        await self.encoded(encode_event(jsonrpc.encode(value), event=name))

    async def encoded(self, body: bytes) -> None:
        """One event that is encoded already."""
        async with self._lock:
            await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def done(self, last: bytes = b"") -> None:
        """End it."""
        self.stop()
        async with self._lock:
            await self._send({"type": "http.response.body", "body": last, "more_body": False})

    def stop(self) -> None:
        """Write no more comments."""
        if self._beat is not None:
            self._beat.cancel()

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_EVERY)
            await self.encoded(KEEP_ALIVE)
