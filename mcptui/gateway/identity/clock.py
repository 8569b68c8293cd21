"""The time that keys expire by: setting the clock back does not let an expired one in again."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

#: Seconds that only grow, the time included that the machine sleeps where the system counts it.
_ELAPSED: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_STARTED: Final = time.time() - time.clock_gettime(_ELAPSED)


def now() -> datetime:
    """The time of day, and never less than has passed since the process started."""
    return datetime.fromtimestamp(max(time.time(), _STARTED + time.clock_gettime(_ELAPSED)), UTC)
