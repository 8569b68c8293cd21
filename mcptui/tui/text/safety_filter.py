"""The last line of defence: nothing that is drawn holds characters that act on a terminal.

Every widget shows outside text through :func:`mcptui.protocol.text.visible`. What is forgotten there, and what a
library draws by itself, ends here: such characters have no width, so taking them out moves nothing.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from mcptui.protocol.text import UNSAFE


class SafetyFilter(LineFilter):
    """Goes over everything that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(UNSAFE.search(text) for text, _, control in segments if not control):
            return segments
        return [
            segment if segment.control else Segment(UNSAFE.sub("", segment.text), segment.style) for segment in segments
        ]
