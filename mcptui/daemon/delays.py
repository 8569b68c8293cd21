"""How long the event loop was kept from its work: whoever waits for anything waits that much longer."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from mcptui.model.runtime import Delays

#: What is told of, seconds.
WINDOW: Final = 60.0
#: How often is looked while something happens, and while nothing does, seconds: an idle gateway sleeps.
BUSY: Final = 0.05
IDLE: Final = 1.0


class DelayGauge:
    """Looks from time to time how late it is woken.

    Args:
        calls: how many requests there were; while that grows it looks often.
        clock: seconds that only grow.
    """

    def __init__(self, calls: Callable[[], int], clock: Callable[[], float] = time.perf_counter) -> None:
        self._calls = calls
        self._clock = clock
        #: (when, by how much), seconds.
        self._late: deque[tuple[float, float]] = deque()

    async def run(self) -> None:
        """Look until cancelled."""
        seen, busy_until = self._calls(), 0.0
        while True:
            began = self._clock()
            if (calls := self._calls()) != seen:
                seen, busy_until = calls, began + IDLE
            pause = BUSY if began < busy_until else IDLE
            await asyncio.sleep(pause)
            self.note(self._clock() - began - pause)

    def note(self, late: float) -> None:
        """It was woken so many seconds late."""
        now = self._clock()
        self._late.append((now, max(0.0, late)))
        while self._late[0][0] < now - WINDOW:
            self._late.popleft()

    def value(self) -> Delays:
        """Those of the last minute."""
        since = self._clock() - WINDOW
        late = sorted(late * 1000 for at, late in self._late if at >= since)
        return Delays(max_ms=late[-1], p99_ms=late[len(late) * 99 // 100]) if late else Delays()
