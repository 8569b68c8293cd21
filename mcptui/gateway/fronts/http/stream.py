"""One HTTP response that begins before all of it is known, and the signs of life that keep it open, for every front."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.types import Send

from mcptui.protocol.sse import KEEP_ALIVE
from mcptui.tasks import start_task

#: Middleboxes and clients drop responses that stay quiet, many after 15 to 60 seconds.
KEEP_ALIVE_EVERY: Final = 10.0


class StreamWriter:
    """Writes events in order; a stream that nobody needs for long costs a timer and no task.

    Args:
        send: the response's channel.
        headers: further headers of the response.
        content_type: with the character set, where clients expect one.
        sign: what is written into silence, and means nothing to the reader.
    """

    __slots__ = ("_beat", "_content_type", "_headers", "_is_open", "_lock", "_send", "_sign", "_timer")

    def __init__(
        self,
        send: Send,
        headers: Sequence[tuple[bytes, bytes]] = (),
        content_type: bytes = b"text/event-stream",
        sign: bytes = KEEP_ALIVE,
    ) -> None:
        self._send = send
        self._headers = headers
        self._content_type = content_type
        self._sign = sign
        self._lock = asyncio.Lock()
        self._is_open = False
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Commit to a stream, if that has not been done; the status is then 200."""
        async with self._lock:
            if self._is_open:
                return
            self._is_open = True
            head = [
                (b"content-type", self._content_type),
                (b"cache-control", b"no-cache, no-transform"),
                (b"x-accel-buffering", b"no"),
                *self._headers,
            ]
            await self._send({"type": "http.response.start", "status": 200, "headers": head})
        self._beat_later()

    async def write(self, event: bytes) -> None:
        """Send an encoded event."""
        async with self._lock:
            await self._send({"type": "http.response.body", "body": event, "more_body": True})

    async def end(self, last: bytes = b"") -> None:
        """End the stream."""
        self.stop()
        async with self._lock:
            await self._send({"type": "http.response.body", "body": last, "more_body": False})

    async def show_life(self) -> None:
        """Send a sign of life."""
        await self.write(self._sign)

    def stop(self) -> None:
        """Show no more signs of life."""
        if self._timer is not None:
            self._timer.cancel()
        if self._beat is not None:
            self._beat.cancel()

    def _beat_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(KEEP_ALIVE_EVERY, self._begin_beat)

    def _begin_beat(self) -> None:
        self._beat = start_task(self._keep_alive(), name="keep-alive")

    async def _keep_alive(self) -> None:
        await self.show_life()
        self._beat_later()
