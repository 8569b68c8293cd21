"""A number of places: who finds none waits in order."""

from __future__ import annotations

import asyncio
from collections import deque


class QueueFullError(Exception):
    """As many wait as may."""


class Semaphore:
    """Places whose number can change. asyncio's own has a fixed number, and cannot tell who waits.

    Args:
        limit: how many may hold a place.
        queue: as many may wait as this many times the places; None for any number.
    """

    def __init__(self, limit: int, queue: int | None = None) -> None:
        self.limit = limit
        self._queue = queue
        self._running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def resize(self, limit: int) -> None:
        """Another limit from now on; whoever holds a place keeps it."""
        self.limit = limit
        while self._waiting and self._running < limit:
            self._running += self._hand_over()

    @property
    def running(self) -> int:
        """How many hold a place."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(not place.done() for place in self._waiting)

    def take(self) -> bool:
        """Take a place, if one is free."""
        if self._running >= self.limit:
            return False
        self._running += 1
        return True

    async def wait(self, timeout: float | None = None) -> None:
        """Wait for a place and take it, ``timeout`` seconds at most.

        Raises:
            QueueFullError: too many wait already.
            TimeoutError: none became free.
        """
        if self._queue is not None:
            most = self._queue * self.limit
            if len(self._waiting) >= most and self.waiting >= most:
                raise QueueFullError
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(timeout):
                await place
        except BaseException:
            if place.done() and not place.cancelled():
                self.give_back()
            place.cancel()
            raise

    def give_back(self) -> None:
        """A place is free: it goes to the one that has waited longest."""
        while self._waiting and self._running <= self.limit:
            if self._hand_over():
                return
        self._running -= 1

    def retake(self) -> None:
        """Whoever has given back its place goes on, also where that makes one too many."""
        self._running += 1

    def _hand_over(self) -> bool:
        """Wake the one that has waited longest; whether it still waited."""
        place = self._waiting.popleft()
        if place.done():
            return False
        place.set_result(None)
        return True
