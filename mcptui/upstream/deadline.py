"""The time a request may take: progress starts the clock again, up to a hard maximum; it stands still while the
client is asked."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final

from mcptui.upstream.errors import UpstreamTimeoutError

#: How long the client of a call may take to answer what the server asks it, seconds: somebody has to read it.
ANSWER: Final = 600.0


class Deadline:
    """``async with Deadline(seconds, most)`` raises TimeoutError when the time is over (basic/patterns/progress)."""

    __slots__ = ("_held", "_held_since", "_limit", "_most", "_running", "_seconds", "_timeout")

    def __init__(self, seconds: float, most: float) -> None:
        self._seconds = seconds
        self._most = most
        self._limit = asyncio.get_running_loop().time() + most
        self._timeout = asyncio.timeout(seconds)
        self._running = False
        self._held = 0
        self._held_since = 0.0

    def hold(self) -> None:
        """The client is asked something: until :meth:`resume`, only its patience counts."""
        self._held += 1
        if self._held == 1:
            self._held_since = asyncio.get_running_loop().time()
        self._reschedule(asyncio.get_running_loop().time() + ANSWER)

    def resume(self) -> None:
        """An answer came, or will not come; when none is waited for any more, the clock starts again."""
        self._held -= 1
        if not self._held:
            self._limit += asyncio.get_running_loop().time() - self._held_since
            self.extend()

    def extend(self) -> None:
        """Something was heard of the request; too late is no error."""
        if not self._held:
            self._reschedule(min(asyncio.get_running_loop().time() + self._seconds, self._limit))

    def error(self, method: str) -> UpstreamTimeoutError:
        """What to say when the time is over."""
        if self._held:
            return UpstreamTimeoutError(
                f"no answer to {method}: the server's question was not answered within {ANSWER:g} s", ran=True
            )
        when = self._timeout.when()
        if self._seconds < self._most and when is not None and when >= self._limit:
            return UpstreamTimeoutError(
                f"no answer to {method} within {self._most:g} s, only progress",
                hint="Raise max_timeout for this server.",
                ran=True,
            )
        return UpstreamTimeoutError(
            f"no answer to {method} within {self._seconds:g} s", hint="Raise timeout for this server.", ran=True
        )

    def _reschedule(self, when: float) -> None:
        if self._running and not self._timeout.expired():
            self._timeout.reschedule(when)

    async def __aenter__(self) -> Deadline:
        await self._timeout.__aenter__()
        self._running = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running = False
        await self._timeout.__aexit__(kind, error, trace)
