"""The lines of a tree before the names in it, for commands and app."""

from __future__ import annotations

from collections.abc import Sequence


def branch(place: Sequence[bool]) -> str:
    """The lines before a name; ``place`` says for each level from the top whether it is the last one there."""
    if not place:
        return ""
    return "".join("  " if is_last else "│ " for is_last in place[:-1]) + ("└ " if place[-1] else "├ ")
