"""A clock that tests set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]


class Moment:
    """The time, in seconds."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now
