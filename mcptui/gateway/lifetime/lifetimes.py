"""The one registry of what stays open on behalf of a principal, and the one place that ends it with its access."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Final

from mcptui.gateway.identity import clock
from mcptui.gateway.lifetime.expiry import next_expiry
from mcptui.gateway.principal import Principal
from mcptui.gateway.snapshot import Snapshot

#: Timers count in a clock that may stand still while the machine sleeps, so long waits are taken in parts, seconds.
_LONGEST_TIMER: Final = 600.0


class Open:
    """Something that stays open: a stream, a session, a call, a suspended call, a response, connections.

    Args:
        principal: on whose behalf; may become another one with another credential of the same key.
        end: ends it; may be called more than once, and must not wait. A class that ends itself overrides
            :meth:`end` instead: an object that holds its own bound method waits for the collector of cycles.
        still_valid: whether a snapshot allows it, apart from whether the principal itself may still be used.
    """

    __slots__ = ("_end", "_still_valid", "principal")

    def __init__(
        self,
        principal: Principal,
        end: Callable[[], object] | None = None,
        still_valid: Callable[[Snapshot], bool] | None = None,
    ) -> None:
        self.principal = principal
        self._end = end
        self._still_valid = still_valid

    def end(self) -> None:
        """End it."""
        if self._end is not None:
            self._end()

    def is_valid(self, snapshot: Snapshot) -> bool:
        """Whether it may stay open with ``snapshot`` in effect."""
        return snapshot.is_valid(self.principal) and (self._still_valid is None or self._still_valid(snapshot))


class Lifetimes:
    """Knows the snapshot in effect, and ends what a new one, a revocation or an expiry no longer allows."""

    def __init__(self, snapshot: Snapshot) -> None:
        #: The newest one: what is allowed now.
        self.snapshot = snapshot
        #: In the order in which they were opened.
        self._open: dict[Open, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, opened: Open) -> bool:
        return opened in self._open

    def add(self, opened: Open) -> None:
        """Keep ``opened`` in mind until :meth:`remove`; if its access was lost while it was opened, end it at once."""
        if opened.is_valid(self.snapshot):
            self.keep(opened)
        else:
            opened.end()

    def keep(self, opened: Open) -> None:
        """As :meth:`add`, for what the snapshot in effect is known to allow."""
        self._open[opened] = None

    def remove(self, opened: Open) -> None:
        """It has ended, however it did."""
        self._open.pop(opened, None)

    def during(self, opened: Open) -> _During:
        """A context in which ``opened`` is open."""
        return _During(self, opened)

    def start(self) -> None:
        """Wait for the first expiry."""
        self._wait_for_expiry()

    def use(self, snapshot: Snapshot) -> None:
        """Put ``snapshot`` into effect, and end what it does not allow."""
        self.snapshot = snapshot
        self._end_invalid()
        self._wait_for_expiry()

    def close(self) -> None:
        """Wait for no expiry any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_invalid(self) -> None:
        """What was opened last ends first: a call tells its server so on a connection that was opened before it."""
        ended = [opened for opened in self._open if not opened.is_valid(self.snapshot)]
        for opened in reversed(ended):
            self.remove(opened)
            opened.end()

    def _wait_for_expiry(self) -> None:
        """A key, or the one before a rotation, ends without a change of the state."""
        self.close()
        now = clock.now()
        moment = next_expiry(self.snapshot.state, now)
        if moment is not None:
            seconds = min((moment - now).total_seconds() + 0.01, _LONGEST_TIMER)
            self._timer = asyncio.get_running_loop().call_later(seconds, self._expired)

    def _expired(self) -> None:
        self._end_invalid()
        self._wait_for_expiry()


class _During:
    __slots__ = ("_lifetimes", "_opened")

    def __init__(self, lifetimes: Lifetimes, opened: Open) -> None:
        self._lifetimes = lifetimes
        self._opened = opened

    def __enter__(self) -> None:
        self._lifetimes.add(self._opened)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lifetimes.remove(self._opened)
