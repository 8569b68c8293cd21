"""Counts as a line of bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_LEVELS: Final = "▁▂▃▄▅▆▇█"


def sparkline(counts: Sequence[int]) -> str:
    """One character a count; the largest is the full height, none is a blank."""
    highest = max(counts, default=0)
    return "".join(_LEVELS[-(-count * len(_LEVELS) // highest) - 1] if count else " " for count in counts)
