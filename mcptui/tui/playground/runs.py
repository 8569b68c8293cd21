"""What was run in this run of the app, with its results, for showing again and comparing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from mcptui.tui.playground.outcome import Outcome

_KEPT: Final = 500
#: Characters of all results together; the oldest go first.
_SIZE_KEPT: Final = 40_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One finished call of one item. ``at`` is in seconds since the epoch.

    What comes from the history may have been masked or cut: then its arguments cannot be sent again
    (``is_repeatable``), or its result is not the whole one (``is_whole``).
    """

    number: int
    item: str
    at: float
    outcome: Outcome
    is_repeatable: bool = True
    is_whole: bool = True


class Runs:
    """In memory only: results may hold anything."""

    def __init__(self) -> None:
        self._runs: deque[Run] = deque(maxlen=_KEPT)
        self._last = 0

    def add(self, item: str, at: float, outcome: Outcome) -> Run:
        """Keep ``outcome``."""
        self._last += 1
        run = Run(self._last, item, at, outcome)
        self._runs.append(run)
        while len(self._runs) > 1 and sum(len(run.outcome.raw) for run in self._runs) > _SIZE_KEPT:
            self._runs.popleft()
        return run

    def of(self, item: str) -> list[Run]:
        """The runs of one item, newest first."""
        return [run for run in reversed(self._runs) if run.item == item]

    def run_of(self, outcome: Outcome) -> Run | None:
        """The run that ended with ``outcome``."""
        return next((run for run in self._runs if run.outcome is outcome), None)

    def before(self, item: str, outcome: Outcome) -> Run | None:
        """The run before the one that ended with ``outcome``."""
        runs = self.of(item)
        place = next((n for n, run in enumerate(runs) if run.outcome is outcome), None)
        return runs[place + 1] if place is not None and place + 1 < len(runs) else None
