"""Responses that are kept for an hour, so that a conversation can go on with any provider."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from mcptui.gateway.principal import Principal
from mcptui.llm.conversation import Conversation
from mcptui.protocol import jsonrpc
from mcptui.protocol.sse import encode_event
from mcptui.stores.approvals import LIFETIME

_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST: Final = 5_000
#: As many may run in the background at a time, of everybody together.
MOST_RUNNING: Final = 200


class EventLog:
    """The events of a run that goes on without its client; whoever comes reads them from any place."""

    def __init__(self) -> None:
        #: As they are sent, by their sequence number: a fraction of the room that objects need.
        self._events: list[bytes] = []
        #: What it holds, in bytes.
        self.size = 0
        self._changed = asyncio.Condition()
        self._is_over = False

    async def add(self, event: dict[str, Any]) -> None:
        """One more event; they come in the order of their numbers."""
        encoded = encode_event(jsonrpc.encode(event), event=event["type"])
        async with self._changed:
            self._events.append(encoded)
            self.size += len(encoded)
            self._changed.notify_all()

    async def end(self) -> None:
        """No more will come."""
        async with self._changed:
            self._is_over = True
            self._changed.notify_all()

    async def after(self, sequence: int) -> AsyncIterator[bytes]:
        """The events with a higher number, as they come."""
        position = sequence + 1
        while True:
            async with self._changed:
                while position >= len(self._events) and not self._is_over:
                    await self._changed.wait()
                if position >= len(self._events):
                    return
                event = self._events[position]
            position += 1
            yield event


@dataclass(slots=True)
class Stored:
    """One response and the conversation that it ends."""

    principal: str
    response: dict[str, Any]
    conversation: Conversation
    given: list[dict[str, Any]]
    at: float = field(default_factory=time.monotonic)
    size: int = 0
    #: Of a background run.
    log: EventLog | None = None
    task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether a background run still works on it."""
        return self.task is not None and not self.task.done()


class StoredResponses:
    """Responses by id; bounded in time, number and size."""

    def __init__(self) -> None:
        self._stored: OrderedDict[str, Stored] = OrderedDict()
        self._bytes = 0

    def put(self, stored: Stored) -> None:
        """Keep one."""
        self.remove(stored.response["id"])
        # What is new in it: the earlier part of a conversation is shared with the response before.
        stored.size = len(jsonrpc.encode([stored.response, stored.given])) + (stored.log.size if stored.log else 0)
        self._bytes += stored.size
        self._stored[stored.response["id"]] = stored
        oldest = time.monotonic() - LIFETIME
        while len(self._stored) > 1:
            id_, first = next(iter(self._stored.items()))
            if first.is_running or (len(self._stored) <= _MOST and self._bytes <= _MOST_BYTES and first.at >= oldest):
                return
            self.remove(id_)

    @property
    def running(self) -> int:
        """How many are made in the background now."""
        return sum(stored.is_running for stored in self._stored.values())

    def get(self, id_: object, principal: Principal) -> Stored | None:
        """The response ``id_``, if it is the principal's."""
        stored = self._stored.get(id_) if isinstance(id_, str) else None
        if stored is None or stored.principal != principal.id or stored.at < time.monotonic() - LIFETIME:
            return None
        return stored

    def remove(self, id_: str) -> None:
        """Forget one."""
        stored = self._stored.pop(id_, None)
        if stored is not None:
            self._bytes -= stored.size
            if stored.task is not None and not stored.task.done() and stored.task is not asyncio.current_task():
                stored.task.cancel()

    async def close(self) -> None:
        """End the runs in the background."""
        tasks = [stored.task for stored in self._stored.values() if stored.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
