"""How often one connection may do something that costs the gateway time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

#: What was not used of so many seconds may be used at once: servers do much at a time, and then nothing.
SAVED: Final = 10.0


class Pace:
    """So many a second in the long run.

    Args:
        rate: how many a second, as it is in effect.
        clock: seconds that only grow.
    """

    __slots__ = ("_clock", "_next", "_rate")

    def __init__(self, rate: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        #: When the next one would be due, if they came as evenly as they may.
        self._next = 0.0

    def ahead(self, most: float = math.inf) -> float:
        """Count one; how many seconds it comes too early, 0 where it does not. Beyond ``most`` it is not counted."""
        now = self._clock()
        due = max(self._next, now - SAVED) + 1 / self._rate()
        if due - now <= most:
            self._next = due
        return max(0.0, due - now)
