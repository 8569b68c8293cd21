"""Leases: how many calls of a name may be under way at a time, wherever they run."""

from __future__ import annotations

from typing import Protocol

from mcptui.stores.semaphore import Semaphore


class Lease(Protocol):
    """A place that is held."""

    async def release(self) -> None:
        """Give it back; the second time nothing happens."""
        ...


class LeaseStore(Protocol):
    """Counts leases by name."""

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


class MemoryLeases:
    """Leases of one process, with which they end."""

    def __init__(self) -> None:
        self._places: dict[str, Semaphore] = {}

    async def acquire(self, name: str, limit: int, *, wait: bool) -> Lease | None:
        """A lease of ``name``."""
        places = self._places.setdefault(name, Semaphore(limit))
        if places.limit != limit:
            places.resize(limit)
        if not places.take():
            if not wait:
                return None
            await places.wait()
        return _MemoryLease(self, name)

    def give_back(self, name: str) -> None:
        """A lease of ``name`` is over."""
        places = self._places[name]
        places.give_back()
        if not places.running and not places.waiting:
            del self._places[name]

    def __len__(self) -> int:
        return len(self._places)


class _MemoryLease:
    __slots__ = ("_leases", "_name")

    def __init__(self, leases: MemoryLeases, name: str) -> None:
        self._leases: MemoryLeases | None = leases
        self._name = name

    async def release(self) -> None:
        if self._leases is not None:
            self._leases.give_back(self._name)
            self._leases = None
