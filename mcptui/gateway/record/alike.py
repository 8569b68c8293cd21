"""Requests that come again and again and carry nothing: one record a minute says how many they were."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from mcptui.model.runtime import CallRecord

#: How long requests are counted before they get another record, seconds.
WINDOW: Final = 60.0
#: So many kinds are told apart within that time; more come only from somebody who wants to fill memory.
MOST: Final = 1_000


@dataclass(slots=True)
class _Kind:
    until: float
    #: The newest that was counted, with the number of them; None where the first was the only one.
    last: CallRecord | None = None


class Alike:
    """Counts requests of one kind: the first within a minute has a record at once, the others one together.

    Args:
        clock: monotonic, seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kinds: dict[tuple[str | None, ...], _Kind] = {}

    def __bool__(self) -> bool:
        """Whether something is counted at present."""
        return bool(self._kinds)

    def is_first(self, kind: tuple[str | None, ...], record: CallRecord) -> bool:
        """Whether ``record`` is to be kept; else it was counted, and :meth:`due` has it in time."""
        if kind not in self._kinds and len(self._kinds) >= MOST:
            # Whoever uses up the kinds is told apart no more; the others are.
            kind, record = (), replace(record, address=None, client=None)
        known = self._kinds.get(kind)
        if known is None:
            self._kinds[kind] = _Kind(self._clock() + WINDOW)
            return True
        times = record.times + (0 if known.last is None else known.last.times)
        known.last = replace(record, times=times)
        return False

    def due(self, *, at_once: bool = False) -> list[CallRecord]:
        """The records of those whose minute is over, or of all."""
        now = self._clock()
        over = [kind for kind, known in self._kinds.items() if at_once or now >= known.until]
        found = [last for kind in over if (last := self._kinds.pop(kind).last) is not None]
        return sorted(found, key=lambda record: record.at)
