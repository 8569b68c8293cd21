"""Responses that are kept for an hour, so that a conversation can go on with any provider."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from mcptui.gateway.principal import Principal
from mcptui.llm.conversation import Asked, Conversation
from mcptui.protocol import jsonrpc
from mcptui.protocol.keys import without_gateway_keys
from mcptui.protocol.sse import encode_event
from mcptui.stores.responses import ResponseStore, StoredResponse

#: As many may run in the background at a time, of everybody together.
MOST_RUNNING: Final = 200


class EventLog:
    """The events of a run that goes on without its client; whoever comes reads them from any place.

    Args:
        events: those of a run that is over; None for one that begins.
    """

    def __init__(self, events: Iterable[bytes] | None = None) -> None:
        #: As they are sent, by their sequence number: a fraction of the room that objects need.
        self.events = list(events or ())
        self._changed = asyncio.Condition()
        self._is_over = events is not None

    async def add(self, event: dict[str, Any]) -> None:
        """One more event; they come in the order of their numbers."""
        encoded = encode_event(jsonrpc.encode(event), event=event["type"])
        async with self._changed:
            self.events.append(encoded)
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
                while position >= len(self.events) and not self._is_over:
                    await self._changed.wait()
                if position >= len(self.events):
                    return
                event = self.events[position]
            position += 1
            yield event


@dataclass(slots=True)
class Stored:
    """One response and the conversation that it ends."""

    principal: str
    response: dict[str, Any]
    conversation: Conversation
    given: list[dict[str, Any]]
    #: Of one that is made in the background, or was.
    log: EventLog | None = None
    #: What makes it in the background.
    task: asyncio.Task[None] | None = None


class StoredResponses:
    """Responses by id: those that are made in the background here, and those that are in the store."""

    def __init__(self, store: ResponseStore) -> None:
        self._store = store
        self._running: dict[str, Stored] = {}

    async def put(self, stored: Stored) -> None:
        """Keep one that is whole."""
        await self._store.put(_written(stored))

    async def find(self, id_: object, principal: Principal) -> Stored | None:
        """The response ``id_``, if it is the principal's."""
        if not isinstance(id_, str):
            return None
        stored = self._running.get(id_)
        if stored is None:
            found = await self._store.find(id_)
            stored = None if found is None else _read(found)
        return stored if stored is not None and stored.principal == principal.id else None

    async def find_with_item(self, item: str, principal: Principal) -> Stored | None:
        """The response whose output has ``item``: that of ``principal``, else another's; one that is made now has none
        yet."""
        found = await self._store.find_with_item(item, principal.id)
        return None if found is None else _read(found)

    async def remove(self, id_: str) -> None:
        """Forget one, and end what makes it."""
        running = self._running.pop(id_, None)
        if running is not None and running.task is not None:
            running.task.cancel()
        await self._store.remove(id_)

    # -- in the background ----------------------------------------------------------------------------------

    @property
    def running(self) -> int:
        """How many are made in the background now."""
        return len(self._running)

    def begin(self, stored: Stored) -> None:
        """One that is made in the background from now on."""
        self._running[stored.response["id"]] = stored

    async def finish(self, stored: Stored) -> None:
        """It is made, or was cancelled: keep it as the others, unless it was removed."""
        id_ = stored.response["id"]
        if id_ in self._running:
            await self.put(stored)
            if self._running.pop(id_, None) is None:
                await self._store.remove(id_)

    async def close(self) -> None:
        """End the runs in the background."""
        tasks = [stored.task for stored in self._running.values() if stored.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _written(stored: Stored) -> StoredResponse:
    said = stored.conversation
    value = {
        "response": stored.response,
        "given": stored.given,
        "items": said.items,
        "asked": {id_: asdict(asked) for id_, asked in said.asked.items()},
        "listed": sorted(said.listed),
        "events": None if stored.log is None else [event.decode() for event in stored.log.events],
    }
    # Providers are not told the gateway's keys either.
    items = tuple(item["id"] for item in stored.response.get("output", ()))
    return StoredResponse(stored.response["id"], stored.principal, without_gateway_keys(jsonrpc.encode(value)), items)


def _read(found: StoredResponse) -> Stored:
    # Not as a request is read: what came in one is nested deeper here than anything may be there.
    value = json.loads(found.value)
    asked = {id_: Asked(**each) for id_, each in value["asked"].items()}
    events = value["events"]
    return Stored(
        principal=found.principal,
        response=value["response"],
        conversation=Conversation(value["items"], asked, set(value["listed"])),
        given=value["given"],
        log=None if events is None else EventLog(event.encode() for event in events),
    )
