"""A cell of the access matrix in words."""

from __future__ import annotations

from textual.content import Content

from mcptui.access.decision import Decision
from mcptui.access.matrix import Mark, Matrix
from mcptui.access.subjects import Ref
from mcptui.protocol.text import one_line, visible
from mcptui.services.access_words import SIGNS, cell_words
from mcptui.tui.access.matrix_grid import Column
from mcptui.tui.text.tone import toned


def cell_line(matrix: Matrix, ref: Ref, column: Column) -> Content:
    """Who, what, the sign with its reason, and below it the decisive rule."""
    if column.tool is None:
        cell = matrix.cell(ref, column.server)
        words = cell_words(cell) or ("set here" if cell.mark is Mark.ALLOWED else "set here, by a group or *")
        return _line(ref, column.server, f"{SIGNS[cell.mark]} {words}", cell.decision)
    decision = matrix.access(ref).tool(column.server, column.tool)
    words = f"{SIGNS[matrix.tool_mark(ref, column.server, column.tool)]} {decision.reason}"
    return _line(ref, f"{column.server}/{column.tool}", words, decision)


def _line(ref: Ref, what: str, words: str, decision: Decision) -> Content:
    line = toned(f"{one_line(f'{ref} · {what}', limit=80)}  ", "strong") + Content(visible(words, limit=400))
    if decision.entry:
        line += toned(f"\n{decision.level} {decision.subject or ''}: {visible(decision.entry, limit=400)}", "muted")
    return line
