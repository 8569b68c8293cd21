"""Event streams of a handshake session that survive a broken connection (Last-Event-ID)."""

from __future__ import annotations

import itertools
import time
from collections import deque
from typing import Final

from mcptui.gateway.fronts.http.answer import Answer

#: Events kept for a client that comes back, per stream, and their bytes (the newest is kept whatever its size);
#: streams kept per session, and how long a finished one is kept, seconds.
KEPT_EVENTS: Final = 500
KEPT_BYTES: Final = 1024 * 1024
KEPT_STREAMS: Final = 32
KEPT_FOR: Final = 120.0
RETRY_MS: Final = 1_000


class EventStream:
    """Messages of one stream in order, written to whichever connection is attached.

    Event ids are ``{stream}-{number}``: unique in the session, and they say which stream to resume.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._numbers = itertools.count(1)
        self._kept: deque[tuple[int, bytes]] = deque()
        self._sink: Answer | None = None
        self._ids = True
        #: The newest event that was written to a connection.
        self._written = 0
        self._bytes = 0
        #: When the last message was written, monotonic seconds.
        self.ended_at: float | None = None

    async def attach(self, sink: Answer, *, after: int | None = None, prime: bool, ids: bool = True) -> None:
        """Write to ``sink`` from now on; first what came after event number ``after``, or was never written."""
        self._sink, self._ids = None, ids
        if after is not None:
            self._written = after
        elif prime:
            # An event without data tells the client an id to resume from (2025-11-25, SEP-1699).
            await sink.event(b"", id_=f"{self.name}-0", retry_ms=RETRY_MS)
        while missed := next(((number, data) for number, data in self._kept if number > self._written), None):
            await self._write(sink, *missed)
        self._sink = sink

    def detach(self, sink: Answer) -> None:
        """``sink`` is gone; keep what comes."""
        if self._sink is sink:
            self._sink = None

    async def write(self, data: bytes) -> None:
        """Send one message, or keep it until somebody is attached."""
        number = next(self._numbers)
        self._kept.append((number, data))
        self._bytes += len(data)
        while len(self._kept) > KEPT_EVENTS or (self._bytes > KEPT_BYTES and len(self._kept) > 1):
            self._bytes -= len(self._kept.popleft()[1])
        if self._sink is not None and self.attached and not self.ended:
            await self._write(self._sink, number, data)

    async def _write(self, sink: Answer, number: int, data: bytes) -> None:
        self._written = number
        await sink.event(data, id_=f"{self.name}-{number}" if self._ids else None)

    @property
    def attached(self) -> bool:
        """Whether a client holds the stream open."""
        return self._sink is not None and not self._sink.left

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.ended_at is not None

    async def end(self) -> None:
        """The last message was written."""
        self.ended_at = time.monotonic()
        if self._sink is not None:
            await self._sink.end()


def parse_event_id(text: str) -> tuple[str, int] | None:
    """(stream, number) of an event id, or None if it is not one of ours."""
    name, _, number = text.rpartition("-")
    return (name, int(number)) if name and number.isascii() and number.isdigit() and len(number) < 12 else None
