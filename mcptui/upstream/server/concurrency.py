"""How many requests one server gets at a time: beyond that they wait in order, and not too many of them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

from mcptui.upstream.call import Ask
from mcptui.upstream.errors import BusyError, UpstreamTimeoutError

#: As many requests may wait for a place as this many times the places.
QUEUE: Final = 4


class ConcurrencyLimit:
    """The places of one server.

    Args:
        limit: requests that may be under way.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def resize(self, limit: int) -> None:
        """Another limit from now on; what is under way stays."""
        self._limit = limit
        while self._waiting and self._running < limit:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                self._running += 1

    @property
    def running(self) -> int:
        """Requests under way."""
        return self._running

    @property
    def waiting(self) -> int:
        """Requests that wait for a place."""
        return sum(not place.done() for place in self._waiting)

    def take(self) -> bool:
        """Take a place, if one is free."""
        if self._running >= self._limit:
            return False
        self._running += 1
        return True

    async def wait(self, timeout: float) -> None:
        """Wait for a place and take it, ``timeout`` seconds at most.

        Raises:
            BusyError: too many wait already.
            UpstreamTimeoutError: none became free.
        """
        if len(self._waiting) >= QUEUE * self._limit and self.waiting >= QUEUE * self._limit:
            raise BusyError(
                f"it is busy: {self._limit} requests are under way and {self.waiting} wait",
                hint="Try again later, or raise max_concurrent for this server.",
            )
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(timeout):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self.give_back()
            place.cancel()
            if isinstance(error, TimeoutError):
                raise UpstreamTimeoutError(
                    f"it is busy: the request waited {timeout:g} s for one of {self._limit} places",
                    hint="Try again later, or raise max_concurrent for this server.",
                ) from None
            raise

    def give_back(self) -> None:
        """A request is over: its place goes to the one that has waited longest."""
        while self._waiting and self._running <= self._limit:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._running -= 1

    def retake(self) -> None:
        """A request that has given back its place goes on, also where that makes one too many."""
        self._running += 1


class ReleasedWhileAsking:
    """``ask`` while whose answer is waited for no place is held: a person may take minutes."""

    def __init__(self, slots: ConcurrencyLimit, ask: Ask) -> None:
        self._slots = slots
        self._ask = ask
        #: Whether it was asked: how long the request took then says nothing about the server.
        self.used = False

    async def __call__(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.used = True
        self._slots.give_back()
        try:
            return await self._ask(method, params)
        finally:
            self._slots.retake()
