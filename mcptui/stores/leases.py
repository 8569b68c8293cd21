"""Leases: how many calls of a name may be under way at a time, wherever they run."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

from mcptui.stores.semaphore import Semaphore

#: What a process holds is over so many seconds after it was renewed last: the process has died, or lost the others.
LIFETIME: Final = 10.0


class Lease(Protocol):
    """A place that is held."""

    async def release(self) -> None:
        """Give it back; the second time, and when it has run out, nothing happens."""
        ...


class LeaseStore(Protocol):
    """Counts leases by name. A lease that is not renewed for ``LIFETIME`` seconds has run out.

    There is no form in a file: one process holds the state directory, and its calls end with it.
    """

    async def acquire(self, name: str, limit: int, *, wait: bool) -> Lease | None:
        """A lease of ``name``, of which there are ``limit``; a call with another limit changes it for all.

        Args:
            name: what is limited.
            limit: how many leases there may be.
            wait: whether to wait in line where all are taken.

        Returns:
            The lease, or None where all are taken and ``wait`` is false.
        """
        ...

    async def renew(self) -> None:
        """Renew all leases that were acquired here; those that have run out stay over."""
        ...


class MemoryLeases:
    """Leases of one process, with which they end.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._places: dict[str, Semaphore] = {}
        #: Lease → when it runs out, the next one first.
        self._until: OrderedDict[_MemoryLease, float] = OrderedDict()

    async def acquire(self, name: str, limit: int, *, wait: bool) -> Lease | None:
        """A lease of ``name``."""
        self._end_expired()
        places = self._places.get(name)
        if places is None:
            places = self._places[name] = Semaphore(limit)
        elif places.limit != limit:
            places.resize(limit)
        if not places.take():
            if not wait:
                return None
            await places.wait()
        lease = _MemoryLease(self, name)
        self._until[lease] = self._clock() + LIFETIME
        return lease

    async def renew(self) -> None:
        """Renew all leases."""
        self._end_expired()
        self._until = OrderedDict.fromkeys(self._until, self._clock() + LIFETIME)

    def end(self, lease: _MemoryLease) -> None:
        """The lease is over; nothing happens where it was over before."""
        if self._until.pop(lease, None) is None:
            return
        places = self._places[lease.name]
        places.give_back()
        if not places.running and not places.waiting:
            del self._places[lease.name]

    def _end_expired(self) -> None:
        now = self._clock()
        while self._until and self._until[oldest := next(iter(self._until))] <= now:
            self.end(oldest)

    def __len__(self) -> int:
        return len(self._places)


class _MemoryLease:
    __slots__ = ("_leases", "name")

    def __init__(self, leases: MemoryLeases, name: str) -> None:
        self._leases = leases
        self.name = name

    async def release(self) -> None:
        self._leases.end(self)
