"""When to start a gateway again that ended by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ATTEMPTS: Final = 5
_LONGEST: Final = 30.0
# A gateway that held out this long starts with a clean slate.
_STABLE_SECONDS: Final = 60.0


@dataclass(slots=True)
class RestartBackoff:
    """Waits 1, 2, 4, … seconds before each attempt and gives up after some of them."""

    attempts: int = 0

    def delay(self) -> float | None:
        """Seconds until the next attempt; None when the person has to decide."""
        if self.attempts >= ATTEMPTS:
            return None
        self.attempts += 1
        return min(2.0 ** (self.attempts - 1), _LONGEST)

    def seen_running(self, seconds: float) -> None:
        """It has been running for ``seconds``."""
        if seconds >= _STABLE_SECONDS:
            self.attempts = 0
