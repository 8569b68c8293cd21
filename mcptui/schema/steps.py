"""Work counted in steps: a schema comes from a stranger, and must not cost more time than it is worth."""

from __future__ import annotations


class Steps:
    """Counts down.

    Args:
        most: how many steps there are.
    """

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, count: int = 1) -> bool:
        """Take ``count`` of them; False where so many are not left, and from then on."""
        self._left -= count
        return self._left >= 0
