"""Aligned "label value" lines for detail panes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from mcptui.protocol.text import one_line, visible
from mcptui.tui.text.tone import Tone, toned

#: A label with a value; a plain string is shown literally, on one line.
Fact = tuple[str, str | Content]

#: Panes with short labels keep the same column, so that values do not move from one row of a list to the next.
_LEAST_COLUMN: Final = 10


def facts(lines: Iterable[Fact]) -> Content:
    """The lines that have a value, labels in one column."""
    shown = [(label, value) for label, value in lines if value]
    column = max([_LEAST_COLUMN, *(len(label) + 1 for label, _ in shown)])
    return Content("\n").join(
        toned(label.ljust(column), "muted") + (value if isinstance(value, Content) else Content(one_line(value)))
        for label, value in shown
    )


def section(title: str, body: Content | str, tone: Tone = "plain") -> Content:
    """A heading with a body under it."""
    content = toned(visible(body), tone) if isinstance(body, str) else body
    return toned(title, "accent") + Content("\n") + content


def sections(parts: Iterable[Content]) -> Content:
    """Parts with an empty line between them; empty ones are left out."""
    return Content("\n\n").join([part for part in parts if part])
