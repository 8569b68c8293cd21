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
    """``with Deadline(seconds, most)`` raises TimeoutError when the time is over (basic/patterns/progress).

    As :func:`asyncio.timeout`, which is not used since every call has a deadline: it costs three times as much.
    """

    __slots__ = (
        "_cancelling",
        "_ends",
        "_held",
        "_held_since",
        "_is_over",
        "_limit",
        "_loop",
        "_most",
        "_seconds",
        "_task",
        "_timer",
    )

    def __init__(self, seconds: float, most: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._most = most
        now = self._loop.time()
        self._limit = now + most
        #: When it ends, as far as is known now.
        self._ends = now + seconds
        self._task: asyncio.Task[object] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._cancelling = 0
        self._is_over = False
        self._held = 0
        self._held_since = 0.0

    def hold(self) -> None:
        """The client is asked something: until :meth:`resume`, only its patience counts."""
        self._held += 1
        if self._held == 1:
            self._held_since = self._loop.time()
        self._move(self._loop.time() + ANSWER)

    def resume(self) -> None:
        """An answer came, or will not come; when none is waited for any more, the clock starts again."""
        self._held -= 1
        if not self._held:
            self._limit += self._loop.time() - self._held_since
            self.extend()

    def extend(self) -> None:
        """Something was heard of the request; too late is no error."""
        if not self._held:
            self._move(min(self._loop.time() + self._seconds, self._limit))

    def error(self, method: str) -> UpstreamTimeoutError:
        """What to say when the time is over."""
        if self._held:
            return UpstreamTimeoutError(
                f"no answer to {method}: the server's question was not answered within {ANSWER:g} s", ran=True
            )
        if self._seconds < self._most and self._ends >= self._limit:
            return UpstreamTimeoutError(
                f"no answer to {method} within {self._most:g} s, only progress",
                hint="Raise max_timeout for this server.",
                ran=True,
            )
        return UpstreamTimeoutError(
            f"no answer to {method} within {self._seconds:g} s", hint="Raise timeout for this server.", ran=True
        )

    def _move(self, ends: float) -> None:
        if self._timer is not None and not self._is_over:
            self._timer.cancel()
            self._start(ends)

    def _start(self, ends: float) -> None:
        self._ends = ends
        self._timer = self._loop.call_at(ends, self._end)

    def _end(self) -> None:
        assert self._task is not None
        self._is_over = True
        self._task.cancel()

    def __enter__(self) -> Deadline:
        self._task = task = asyncio.current_task(self._loop)
        assert task is not None
        self._cancelling = task.cancelling()
        self._start(self._ends)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task, timer, self._task, self._timer = self._task, self._timer, None, None
        assert task is not None
        assert timer is not None
        timer.cancel()
        # Somebody else may have cancelled the task as well: then that counts.
        if self._is_over and task.uncancel() <= self._cancelling and isinstance(error, asyncio.CancelledError):
            raise TimeoutError from error
