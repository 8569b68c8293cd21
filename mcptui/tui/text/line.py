"""Text of one line in a list that does not wrap."""

from __future__ import annotations

from textual.content import Content
from textual.css.styles import RulesMap


class Line(Content):
    """One line in any width; of other content a list finds that out by wrapping it in every width that is tried."""

    def get_height(self, rules: RulesMap, width: int) -> int:
        return 1


def line(content: Content) -> Line:
    """``content``, which has no line break, for a list with ``text-wrap: nowrap``."""
    return Line(content.plain, list(content.spans))
