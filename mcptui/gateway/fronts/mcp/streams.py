"""Event streams of a handshake session that survive a broken connection (Last-Event-ID)."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from typing import Final

from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.mcp.kept import Kept
from mcptui.numbers import whole_number
from mcptui.tasks import start_task

#: Events kept for a client that comes back, per stream, and their bytes (the newest is kept whatever its size);
#: streams kept per session, and how long a finished one is kept, seconds.
KEPT_EVENTS: Final = 500
KEPT_BYTES: Final = 1024 * 1024
KEPT_STREAMS: Final = 32
KEPT_FOR: Final = 120.0
#: What waits for a client that reads more slowly than messages come: events, and their bytes.
WAITING_EVENTS: Final = 5_000
WAITING_BYTES: Final = 16 * 1024 * 1024
RETRY_MS: Final = 1_000
#: From this version on, a stream begins with an event that it can be resumed from.
PRIMED: Final = "2025-11-25"


class EventStream:
    """Messages of one stream in order, written to whichever connection is attached.

    Event ids are ``{stream}-{number}``: unique in the session, and they say which stream to resume.

    Args:
        name: unique in the session.
        has_answers: whether nothing of it may be left out: then the stream of a client ends that reads too slowly.
        all_kept: bounds what all streams keep; None where nobody comes back for this one.
        owner: whose it is.
    """

    def __init__(self, name: str, *, has_answers: bool = False, all_kept: Kept | None = None, owner: str = "") -> None:
        self.name = name
        self._all_kept = all_kept
        self._owner = owner
        self._numbers = itertools.count(1)
        self._has_answers = has_answers
        self._kept: deque[tuple[int, bytes]] = deque()
        self._sink: Answer | None = None
        self._ids = True
        #: The newest event that was written to a connection.
        self._written = 0
        #: Of all that is kept.
        self.bytes = 0
        self._has_lost = False
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        #: When the last message was written, monotonic seconds.
        self.ended_at: float | None = None

    async def attach(self, sink: Answer, *, after: int | None = None, prime: bool, ids: bool = True) -> None:
        """Write to ``sink`` from now on; first what came after event number ``after``, or was never written."""
        self._sink = None
        async with self._writing:
            self._ids, self._has_lost = ids, False
            if after is not None:
                self._written = after
            elif prime:
                # An event without data tells the client an id to resume from (2025-11-25, SEP-1699).
                await sink.event(b"", id_=f"{self.name}-0", retry_ms=RETRY_MS)
            await self._write_waiting(sink)
            self._sink = sink

    def detach(self, sink: Answer) -> None:
        """``sink`` is gone; keep what comes."""
        if self._sink is sink:
            self._sink = None

    def put(self, data: bytes) -> None:
        """Send one message when the client reads it, or keep it until somebody is attached."""
        self._keep(data)
        if self.attached and (self._task is None or self._task.done()):
            self._task = start_task(self._send(), name="event stream")

    async def write(self, data: bytes) -> None:
        """The same, and wait until it is sent, if somebody is attached."""
        self._keep(data)
        await self._send()

    def _keep(self, data: bytes) -> None:
        self._kept.append((next(self._numbers), data))
        self.bytes += len(data)
        self._forget_oldest()
        self._note()

    def _note(self) -> None:
        if self._all_kept is not None:
            self._all_kept.note(self._owner, self)

    def drop(self) -> None:
        """Keep nothing of what has come so far, as where a client reads too slowly."""
        self._has_lost |= self.attached and self._next() is not None
        self._kept.clear()
        self.bytes = 0
        self._note()

    def release(self) -> None:
        """Nobody can come back for it any more: what it keeps goes with it."""
        if self._all_kept is not None:
            self._all_kept.forget(self._owner, self)
            self._all_kept = None

    def _forget_oldest(self) -> None:
        while len(self._kept) > 1:
            is_waiting = self.attached and self._kept[0][0] > self._written
            most, most_bytes = (WAITING_EVENTS, WAITING_BYTES) if is_waiting else (KEPT_EVENTS, KEPT_BYTES)
            if len(self._kept) <= most and self.bytes <= most_bytes:
                return
            self.bytes -= len(self._kept.popleft()[1])
            self._has_lost |= is_waiting

    async def _send(self) -> None:
        """Send what waits; whoever is at it goes on with what has come meanwhile."""
        async with self._writing:
            if self._sink is not None and self.attached and not self.ended:
                await self._write_waiting(self._sink)

    async def _write_waiting(self, sink: Answer) -> None:
        while not sink.left and (entry := self._next()) is not None:
            self._written = entry[0]
            await sink.event(entry[1], id_=f"{self.name}-{entry[0]}" if self._ids else None)
            if self._has_lost and self._has_answers:
                self.detach(sink)
                await sink.end()
                return

    def _next(self) -> tuple[int, bytes] | None:
        """The first message that was not written yet."""
        if not self._kept or self._kept[-1][0] <= self._written:
            return None
        return self._kept[max(0, self._written + 1 - self._kept[0][0])]

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
    position = whole_number(number)
    return (name, position) if name and position is not None else None
