"""Event streams of a handshake session that survive a broken connection (Last-Event-ID)."""

from __future__ import annotations

import itertools
from collections import deque
from typing import Final

from mcptui.gateway.fronts.answer import Answer

#: Events kept for a client that comes back, per stream; and streams kept per session.
KEPT_EVENTS: Final = 500
KEPT_STREAMS: Final = 32
RETRY_MS: Final = 1_000


class EventStream:
    """Messages of one stream in order, written to whichever connection is attached.

    Event ids are ``{stream}-{number}``: unique in the session, and they say which stream to resume.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._numbers = itertools.count(1)
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=KEPT_EVENTS)
        self._sink: Answer | None = None
        self._ids = True
        self.ended = False

    async def attach(self, sink: Answer, *, after: int | None = None, prime: bool, ids: bool = True) -> None:
        """Write to ``sink`` from now on; first what came after event number ``after``."""
        self._sink, self._ids = sink, ids
        if after is not None:
            for number, data in list(self._kept):
                if number > after:
                    await sink.event(data, id_=f"{self.name}-{number}")
        elif prime:
            # An event without data tells the client an id to resume from (2025-11-25, SEP-1699).
            await sink.event(b"", id_=f"{self.name}-0", retry_ms=RETRY_MS)

    def detach(self, sink: Answer) -> None:
        """``sink`` is gone; keep what comes."""
        if self._sink is sink:
            self._sink = None

    async def write(self, data: bytes) -> None:
        """Send one message, or keep it until somebody is attached."""
        number = next(self._numbers)
        self._kept.append((number, data))
        if self._sink is not None and not self._sink.left and not self.ended:
            await self._sink.event(data, id_=f"{self.name}-{number}" if self._ids else None)

    async def end(self) -> None:
        """The last message was written."""
        self.ended = True
        if self._sink is not None:
            await self._sink.end()


def parse_event_id(text: str) -> tuple[str, int] | None:
    """(stream, number) of an event id, or None if it is not one of ours."""
    name, _, number = text.rpartition("-")
    return (name, int(number)) if name and number.isascii() and number.isdigit() and len(number) < 12 else None
