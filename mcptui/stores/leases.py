"""Leases: how many calls of a name may be under way at a time, wherever they run."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.stores.semaphore import Semaphore

#: What a process holds is over so many seconds after it was renewed last: the process has died, or lost the others.
LIFETIME: Final = 10.0

#: Names of which nothing is held are remembered up to so many: most are used again soon.
_KEPT: Final = 1_000


class Lease(Protocol):
    """A place that is held."""

    async def release(self) -> None:
        """Give it back; the second time, and when it has run out, nothing happens."""
        ...


class LeaseStore(Protocol):
    """Counts leases by name.

    There is no form in a file: one process holds the state directory, and its calls end with it. Where several
    processes count together, a lease that its process has not renewed for ``LIFETIME`` seconds has run out.
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
    """Leases of one process: they end with it, and need no renewing."""

    def __init__(self) -> None:
        self._places: dict[str, Semaphore] = {}

    async def acquire(self, name: str, limit: int, *, wait: bool) -> Lease | None:
        """A lease of ``name``."""
        places = self._places.get(name)
        if places is None:
            places = self._places[name] = Semaphore(limit)
        elif places.limit != limit:
            places.resize(limit)
        if not places.take():
            if not wait:
                return None
            await places.wait()
        return _MemoryLease(self, name)

    async def renew(self) -> None:
        """Nothing to do."""

    def end(self, name: str) -> None:
        """One lease of ``name`` is over."""
        places = self._places[name]
        places.give_back()
        if len(self._places) > _KEPT and places.is_unused:
            del self._places[name]

    def __len__(self) -> int:
        return sum(not places.is_unused for places in self._places.values())


class _MemoryLease:
    __slots__ = ("_leases", "_name")

    def __init__(self, leases: MemoryLeases, name: str) -> None:
        self._leases: MemoryLeases | None = leases
        self._name = name

    async def release(self) -> None:
        leases, self._leases = self._leases, None
        if leases is not None:
            leases.end(self._name)
