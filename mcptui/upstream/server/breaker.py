"""A circuit breaker: a server that is down is asked again from time to time, not by every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

#: Failures in a row that open the breaker.
THRESHOLD: Final = 3
#: Pauses before the next attempt, seconds.
PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)


class Breaker:
    """closed → (failures) → open → (pause) → half-open: one attempt → closed or open again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._retry_at = 0.0
        self._trying = False

    @property
    def failures(self) -> int:
        """Failures since the last success."""
        return self._failures

    @property
    def pause(self) -> float:
        """Seconds to wait before the next attempt."""
        return PAUSES[min(max(self._failures - 1, 0), len(PAUSES) - 1)]

    def allows(self) -> bool:
        """Whether a request may be sent now; half-open lets one through."""
        if self._failures < THRESHOLD:
            return True
        if self._trying or self._clock() < self._retry_at:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The server answered."""
        self._failures = 0
        self._trying = False

    def failed(self) -> None:
        """The server could not be reached."""
        self._failures += 1
        self._trying = False
        self._retry_at = self._clock() + self.pause

    def released(self) -> None:
        """An attempt ended without telling anything about the server."""
        self._trying = False
