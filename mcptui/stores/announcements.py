"""What one of several gateways tells the others at once, so that they need not wait until they look by themselves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

#: Announcements that may wait for one listener.
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class StateChanged:
    """There is another state, of this revision."""

    revision: str


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    """The lists of this server were read anew, and stored."""

    server: str


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """This key must not be used any more, whatever state is in effect."""

    key: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Some announcements were lost: whoever listens compares all that they could have been about."""


Announcement: TypeAlias = StateChanged | CatalogueChanged | KeyRevoked


class AnnouncementStore(Protocol):
    """Carries announcements; keeps none. A hint only: what is announced is read where it is stored.

    There is no form in a file: one process holds the state directory, and hears of a change of the state file by
    watching it.
    """

    async def publish(self, announcement: Announcement) -> None:
        """Tell everybody who listens, the publisher too."""
        ...

    def listening(self) -> AbstractAsyncContextManager[AsyncIterator[Announcement | Missed]]:
        """What is published during the block, in order; who reads slowly may get :class:`Missed` in the place of it."""
        ...


class MemoryAnnouncements:
    """Announcements within one process.

    Args:
        most: as many may wait for one listener.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._queues: set[asyncio.Queue[Announcement | Missed]] = set()

    async def publish(self, announcement: Announcement) -> None:
        """Tell everybody who listens."""
        for queue in self._queues:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Missed())
            else:
                queue.put_nowait(announcement)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[AsyncIterator[Announcement | Missed]]:
        """What is published during the block."""
        queue: asyncio.Queue[Announcement | Missed] = asyncio.Queue(self._most)
        self._queues.add(queue)
        try:
            yield _all_of(queue)
        finally:
            self._queues.discard(queue)


async def _all_of(queue: asyncio.Queue[Announcement | Missed]) -> AsyncIterator[Announcement | Missed]:
    while True:
        yield await queue.get()
