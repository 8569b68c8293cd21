"""A circuit breaker: a server that is down is asked again from time to time, not by every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

#: Failures in a row that open the breaker.
THRESHOLD: Final = 3
#: Pauses before the gateway itself looks again, seconds.
PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
#: The longest pause before somebody who wants the server may try, seconds.
WANTED: Final = 5.0


class Breaker:
    """closed → (failures) → open → (pause) → half-open: one attempt → closed or open again.

    Attempts that are under way together fail for the same reason: they count as one failure.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._retry_at = 0.0

    @property
    def failures(self) -> int:
        """Failures since the last success."""
        return self._failures

    @property
    def pause(self) -> float:
        """Seconds to wait before the gateway itself looks again."""
        return PAUSES[min(max(self._failures - 1, 0), len(PAUSES) - 1)]

    def allows(self) -> bool:
        """Whether a request may be sent now; half-open lets one through, and another where that takes long."""
        if self._failures < THRESHOLD:
            return True
        if self._clock() < self._retry_at:
            return False
        self._retry_at = self._clock() + WANTED
        return True

    def succeeded(self) -> None:
        """The server answered."""
        self._failures = 0

    def failed(self, since: int) -> None:
        """The server could not be reached; ``since`` is how many failures there were when the attempt began."""
        if since == self._failures:
            self._failures += 1
            self._retry_at = self._clock() + min(self.pause, WANTED)

    def released(self) -> None:
        """An attempt ended without telling anything about the server."""
        if self._failures >= THRESHOLD:
            self._retry_at = self._clock()
