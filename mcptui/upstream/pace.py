"""How often one connection may do something that costs the gateway time."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Final

#: What was not used of so many seconds may be used at once: servers do much at a time, and then nothing.
SAVED: Final = 10.0
#: After so many in a row others have their turn: together they take a millisecond or two.
_TURN: Final = 32


class Pace:
    """So many a second in the long run.

    Args:
        rate: how many a second, as it is in effect.
        clock: seconds that only grow.
    """

    __slots__ = ("_clock", "_count", "_next", "_rate")

    def __init__(self, rate: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        #: When the next one would be due, if they came as evenly as they may.
        self._next = 0.0
        self._count = 0

    def ahead(self, most: float = math.inf) -> float:
        """Count one; how many seconds it comes too early, 0 where it does not. Beyond ``most`` it is not counted."""
        now = self._clock()
        due = max(self._next, now - SAVED) + 1 / self._rate()
        if due - now <= most:
            self._next = due
        return max(0.0, due - now)

    async def keep(self) -> None:
        """Count one, and wait until it is due; others have their turn also where it is."""
        self._count += 1
        if pause := self.ahead():
            await asyncio.sleep(pause)
        elif self._count % _TURN == 0:
            await asyncio.sleep(0)
