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
#: White space before a JSON text, which readers skip (RFC 8259 section 2).
JSON_SIGN: Final = b"\n"
#: How an event ends (WHATWG HTML §9.2.6).
_ENDS: Final = (b"\n\n", b"\r\r", b"\r\n\r\n")


class StreamWriter:
    """Writes events in order; a stream that nobody needs for long costs a timer and no task.

    Args:
        send: the response's channel.
        headers: further headers of the response.
        content_type: with the character set, where clients expect one.
        sign: what is written into silence, and means nothing to the reader.
    """

    __slots__ = (
        "_beat",
        "_content_type",
        "_headers",
        "_is_open",
        "_is_stopped",
        "_lock",
        "_send",
        "_sign",
        "_tail",
        "_timer",
    )

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
        #: No more signs of life, also where it is opened at this moment.
        self._is_stopped = False
        #: The last bytes of somebody else's stream, as far as they say whether an event has ended.
        self._tail = _ENDS[0]
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the answer is a stream: what goes wrong from now on is told in it."""
        return self._is_open

    @property
    def is_between_events(self) -> bool:
        """Whether what was written last is whole."""
        return self._tail.endswith(_ENDS)

    def open_later(self, seconds: float) -> None:
        """Commit to a stream in so many seconds, unless it is opened or stopped before."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin_open)

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

    async def relay(self, piece: bytes) -> None:
        """Send a piece of somebody else's stream; comments wait for the end of its event."""
        async with self._lock:
            self._tail = (self._tail + piece)[-4:]
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})

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
        """Send a sign of life; not into the middle of an event."""
        async with self._lock:
            if self.is_between_events:
                await self._send({"type": "http.response.body", "body": self._sign, "more_body": True})

    def stop(self) -> None:
        """Show no more signs of life."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._beat is not None:
            self._beat.cancel()

    def _begin_open(self) -> None:
        self._beat = start_task(self._open_with_life(), name="open stream")

    async def _open_with_life(self) -> None:
        await self.open()
        await self.show_life()

    def _beat_later(self) -> None:
        if self._is_stopped:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(KEEP_ALIVE_EVERY, self._begin_beat)

    def _begin_beat(self) -> None:
        self._beat = start_task(self._keep_alive(), name="keep-alive")

    async def _keep_alive(self) -> None:
        await self.show_life()
        self._beat_later()
