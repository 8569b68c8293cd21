"""The last line of defence: nothing that is drawn holds characters that act on a terminal.

Every widget shows outside text through :func:`mcptui.protocol.text.visible`. What is forgotten there, and what a
library draws by itself, ends here: such characters have no width, so taking them out moves nothing. A newline or a
tab is one of them, for what is drawn is one line.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from mcptui.protocol.text import UNSAFE_IN_A_LINE


class SafetyFilter(LineFilter):
    """Goes over everything that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(UNSAFE_IN_A_LINE.search(text) for text, _, control in segments if not control):
            return segments
        return [
            segment if segment.control else Segment(UNSAFE_IN_A_LINE.sub("", segment.text), segment.style)
            for segment in segments
        ]
