"""A number of places: who finds none waits in line."""

from __future__ import annotations

import asyncio
from collections import Counter


class QueueFullError(Exception):
    """As many wait as may."""


class Semaphore:
    """Places whose number can change, shared fairly between those who use them.

    asyncio's own has a fixed number, and knows neither who waits nor who holds a place.

    Args:
        limit: how many may be held.
        queue: as many may wait as this many times the places, and beyond that somebody of the user of whom most wait
            gives up; None for any number.
    """

    def __init__(self, limit: int, queue: int | None = None) -> None:
        self.limit = limit
        self._queue = queue
        self._running = 0
        #: Places that each user holds; those that hold none are not in it.
        self._held: dict[str, int] = {}
        #: Who waits, longest first.
        self._waiting: dict[asyncio.Future[None], str] = {}

    def resize(self, limit: int) -> None:
        """Another limit from now on; whoever holds a place keeps it."""
        self.limit = limit
        self._serve()

    @property
    def running(self) -> int:
        """How many hold a place."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(not place.done() for place in self._waiting)

    @property
    def is_unused(self) -> bool:
        """Whether nobody holds a place or waits for one."""
        return not self._running and not self._waiting

    @property
    def limit_of_one(self) -> int:
        """How many places one user may hold, at least one."""
        return self.limit

    def take(self, user: str = "") -> bool:
        """Take a place, if one is free."""
        held = self._held.get(user, 0)
        if self._running >= self.limit or (held and held >= self.limit_of_one):
            return False
        self._running += 1
        self._held[user] = held + 1
        return True

    async def wait(self, timeout: float | None = None, user: str = "") -> None:
        """Wait for a place and take it, ``timeout`` seconds at most.

        Raises:
            QueueFullError: too many wait already.
            TimeoutError: none became free.
        """
        if self._queue is not None and self.waiting >= self._queue * self.limit:
            self._make_room(user)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[place] = user
        try:
            async with asyncio.timeout(timeout):
                await place
        except BaseException:
            self._waiting.pop(place, None)
            if place.done() and not place.cancelled() and place.exception() is None:
                self.give_back(user)
            raise

    def _make_room(self, user: str) -> None:
        """Have somebody of another user leave the line, of whom more wait.

        Raises:
            QueueFullError: there is none.
        """
        waiting = [place for place in self._waiting if not place.done()]
        count = Counter(self._waiting[place] for place in waiting)
        longest, most = count.most_common(1)[0]
        if count[user] + 1 >= most:
            raise QueueFullError
        last = next(place for place in reversed(waiting) if self._waiting[place] == longest)
        del self._waiting[last]
        last.set_exception(QueueFullError())

    def give_back(self, user: str = "") -> None:
        """A place is free: it goes to the one that has fewest, and among those to the one that has waited longest."""
        self._running -= 1
        if self._held.get(user) == 1:
            del self._held[user]  # as mostly: who holds one place
        else:
            self._count(user, -1)
        if self._waiting:
            self._serve()

    def retake(self, user: str = "") -> None:
        """Whoever has given back its place goes on, also where that makes one too many."""
        self._running += 1
        self._count(user, 1)

    def _count(self, user: str, change: int) -> None:
        """Below none too: a request that asks two questions at once has given its place back twice."""
        held = self._held.get(user, 0) + change
        if held:
            self._held[user] = held
        else:
            self._held.pop(user, None)

    def _serve(self) -> None:
        """Give away what is free."""
        while self._running < self.limit and self._waiting:
            place = min(self._waiting, key=lambda each: self._held.get(self._waiting[each], 0))
            user = self._waiting[place]
            if place.done():  # it was cancelled, and does not know it yet
                del self._waiting[place]
                continue
            if self._held.get(user, 0) >= self.limit_of_one:
                return
            del self._waiting[place]
            self.retake(user)
            place.set_result(None)
