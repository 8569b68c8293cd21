"""Requests a minute: no window of sixty seconds has more of them than its limit, whatever the form of a burst."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

#: Seconds in which a limit's number of requests may be sent.
WINDOW: Final = 60.0


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A request that is one too many.

    Args:
        name: whose limit it is.
        rpm: the limit, requests a minute.
        wait: when the next request is let through, seconds from now.
    """

    name: str
    rpm: int
    wait: float


class RateLimitStore(Protocol):
    """Counts requests by name. There is no form in a file: after a restart the history says who sent what."""

    async def take(self, limits: Mapping[str, int], count: int = 1) -> Exceeded | None:
        """Count ``count`` requests for all names, or for none where one would have more than ``limits`` a minute."""
        ...

    def restore(self, name: str, age: float) -> None:
        """Count a request that an earlier process let through ``age`` seconds ago; oldest first."""
        ...


class MemoryRateLimits:
    """Remembers when the requests of the last minute came.

    Args:
        clock: seconds that only grow, so that a changed wall clock changes nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: Name → the moments of the requests, oldest first.
        self._sent: dict[str, deque[float]] = {}

    async def take(self, limits: Mapping[str, int], count: int = 1) -> Exceeded | None:
        """Count requests for all names, or for none."""
        now = self._clock()
        for name, rpm in limits.items():
            sent = self._recent(name, now)
            if (over := len(sent) + count - rpm) > 0:
                # More at once than a minute may have are never let through.
                wait = sent[over - 1] + WINDOW - now if over <= len(sent) else WINDOW
                return Exceeded(name, rpm, wait)
        for name in limits:
            self._sent[name].extend([now] * count)
        return None

    def restore(self, name: str, age: float) -> None:
        """Count a request of an earlier process."""
        now = self._clock()
        self._recent(name, now).append(now - age)

    def _recent(self, name: str, now: float) -> deque[float]:
        """The requests of the last minute."""
        sent = self._sent.setdefault(name, deque())
        while sent and sent[0] <= now - WINDOW:
            sent.popleft()
        return sent
