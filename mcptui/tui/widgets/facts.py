"""Aligned "label value" lines for detail panes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from mcptui.protocol.text import one_line, visible
from mcptui.tui.text.tone import Tone, toned

#: A label with a value; a plain string is shown literally, on one line.
Fact = tuple[str, str | Content]

#: Panes with short labels keep the same column, so that values do not move from one row of a list to the next.
_LEAST_COLUMN: Final = 10
#: Beside the label a value is broken into lines of this width at least; narrower, it goes below it.
_LEAST_VALUE: Final = 16
_LABEL: Final = Style.from_meta({"label": True})


def facts(lines: Iterable[Fact]) -> Content:
    """The lines that have a value, labels in one column."""
    shown = [(label, value) for label, value in lines if value]
    column = max([_LEAST_COLUMN, *(len(label) + 1 for label, _ in shown)])
    shown_lines = []
    for label, value in shown:
        text = value if isinstance(value, Content) else Content(one_line(value))
        shown_lines.append(toned(label.ljust(column), "muted").stylize(_LABEL) + text)
    return Content("\n").join(shown_lines)


def hanging(content: Content, width: int) -> Content:
    """``content`` with the values of :func:`facts` broken into lines of their column.

    Args:
        content: with facts anywhere in it.
        width: of the pane, in columns.
    """
    plain, pieces, at = content.plain, [], 0
    for label in sorted((span for span in content.spans if span.style is _LABEL), key=lambda span: span.start):
        end = plain.find("\n", label.end)
        end = len(plain) if end < 0 else end
        column = label.end - label.start
        if cell_len(plain[label.start : end]) > width >= column + _LEAST_VALUE:
            value = content[label.end : end].wrap(width - column)
            pieces += [content[at : label.end], Content("\n" + " " * column).join(value)]
            at = end
    return Content("").join([*pieces, content[at:]]) if pieces else content


def section(title: str, body: Content | str, tone: Tone = "plain") -> Content:
    """A heading with a body under it."""
    content = toned(visible(body), tone) if isinstance(body, str) else body
    return toned(title, "accent") + Content("\n") + content


def sections(parts: Iterable[Content]) -> Content:
    """Parts with an empty line between them; empty ones are left out."""
    return Content("\n\n").join([part for part in parts if part])
