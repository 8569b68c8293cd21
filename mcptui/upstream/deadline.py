"""The time a request may take: progress starts the clock again, up to a hard maximum."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final

#: A call that reports progress may take this many times its timeout (basic/patterns/progress).
MOST: Final = 10


class Deadline:
    """``async with Deadline(seconds)`` raises TimeoutError when the time is over."""

    __slots__ = ("_limit", "_running", "_seconds", "_timeout")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._limit = asyncio.get_running_loop().time() + seconds * MOST
        self._timeout = asyncio.timeout(seconds)
        self._running = False

    def extend(self) -> None:
        """Something was heard of the request; too late is no error."""
        if self._running and not self._timeout.expired():
            self._timeout.reschedule(min(asyncio.get_running_loop().time() + self._seconds, self._limit))

    async def __aenter__(self) -> Deadline:
        await self._timeout.__aenter__()
        self._running = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running = False
        await self._timeout.__aexit__(kind, error, trace)
