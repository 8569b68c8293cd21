"""A clock that tests set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]


@dataclass(slots=True)
class Moment:
    """The time, in seconds."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now
