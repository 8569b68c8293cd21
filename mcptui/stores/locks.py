"""Locks by name: of all that could do the same thing at a time, one does it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class LockStore(Protocol):
    """Hands out locks. There is no form in a file: one process holds the state directory, and its locks end with it."""

    def held(self, name: str) -> AbstractAsyncContextManager[None]:
        """Wait for the lock ``name``, and hold it during the block."""
        ...


class MemoryLocks:
    """Locks of one process; a name in no use takes no room."""

    def __init__(self) -> None:
        #: Name → the lock, and how many hold it or wait for it.
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @contextlib.asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """Hold the lock ``name`` during the block."""
        lock, users = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            users = self._locks[name][1] - 1
            if users:
                self._locks[name] = lock, users
            else:
                del self._locks[name]

    def __len__(self) -> int:
        return len(self._locks)
