"""Subjects against servers, or tools of one server, as a grid of any size; only what is shown is computed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from mcptui.access.matrix import Mark, Matrix
from mcptui.access.subjects import Ref
from mcptui.model import State
from mcptui.protocol.text import one_line
from mcptui.services.access_words import SIGNS
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import Tone, rich_style
from mcptui.tui.widgets.row_view import RowView

_NAME_MOST: Final = 34
_COLUMN_LEAST: Final = 5
_COLUMN_MOST: Final = 16
_TONES: Final[dict[Mark, Tone]] = {
    Mark.ALLOWED: "strong",
    Mark.ABOVE: "plain",
    Mark.PARTLY: "accent",
    Mark.DENIED: "bad",
    Mark.NONE: "muted",
}


class Column(NamedTuple):
    """A server, or a tool of it."""

    server: str
    tool: str | None = None

    @property
    def label(self) -> str:
        """What stands above the cells."""
        return one_line(self.tool or self.server, limit=60)


class MatrixGrid(RowView):
    """A row for each subject, a column for each server or tool, and one cell under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.RIGHT.bind("move_column(1)"),
        meanings.LEFT.bind("move_column(-1)"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"matrix--cursor", "matrix--line", "matrix--header"}
    DEFAULT_CSS = """
    MatrixGrid {
        background: transparent; scrollbar-size: 1 1; overflow-x: scroll; overflow-y: scroll;
        & > .matrix--header { color: $foreground-muted; }
        & > .matrix--line { background: $panel; }
        & > .matrix--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another cell."""

        grid: MatrixGrid

        @property
        def control(self) -> MatrixGrid:
            return self.grid

    @dataclass
    class Pressed(Message):
        """The person clicked on the cell of the cursor."""

        grid: MatrixGrid

        @property
        def control(self) -> MatrixGrid:
            return self.grid

    def __init__(self) -> None:
        super().__init__()
        self._matrix = Matrix(State())
        self._saved = Matrix(State())
        self._rows: Sequence[tuple[Ref, str]] = ()
        self._columns: Sequence[Column] = ()
        self._marked: Collection[Ref] = ()
        self._name_width = _COLUMN_LEAST
        self._widths: list[int] = []
        self._starts: list[int] = []
        self._row = 0
        self._column = 0

    def show(
        self,
        matrix: Matrix,
        saved: Matrix,
        rows: Sequence[tuple[Ref, str]],
        columns: Sequence[Column],
        marked: Collection[Ref],
    ) -> None:
        """Draw ``matrix``, reduced to ``rows`` and ``columns``; cells that differ from ``saved`` carry a ``*``."""
        before = self.ref, self.column
        self._matrix, self._saved, self._rows, self._marked = matrix, saved, rows, marked
        if columns != self._columns:
            self._columns = columns
            most = max(self.room.width // max(len(columns), 1), _COLUMN_MOST)
            self._widths = [min(max(cell_len(each.label) + 1, _COLUMN_LEAST), most) for each in columns]
            self._starts = [sum(self._widths[:place]) for place in range(len(columns))]
        self._name_width = min(max((cell_len(f"  {prefix}{ref}") for ref, prefix in rows), default=0) + 1, _NAME_MOST)
        self.virtual_size = Size(self._name_width + sum(self._widths), len(rows) + self.header)
        refs = [ref for ref, _ in rows]
        self._row = refs.index(before[0]) if before[0] in refs else min(self._row, max(len(rows) - 1, 0))
        at = columns.index(before[1]) if before[1] in columns else min(self._column, max(len(columns) - 1, 0))
        self._column = at
        self.refresh()
        self.post_message(self.Moved(self))

    @property
    def ref(self) -> Ref | None:
        """The subject of the cursor."""
        return self._rows[self._row][0] if self._row < len(self._rows) else None

    @property
    def column(self) -> Column | None:
        """The server or tool under the cursor."""
        return self._columns[self._column] if self._column < len(self._columns) else None

    def go_to(self, ref: Ref) -> None:
        """Put the cursor on the row of ``ref``."""
        refs = [each for each, _ in self._rows]
        if ref in refs:
            self.go_to_row(refs.index(ref))

    def go_to_column(self, column: Column) -> None:
        """Put the cursor on ``column``, where there is one."""
        if column in self._columns:
            self._go(self._row, self._columns.index(column))

    @property
    def count(self) -> int:
        return len(self._rows)

    @property
    def cursor_row(self) -> int:
        return self._row

    def go_to_row(self, place: int) -> None:
        self._go(place, self._column)

    def action_move_column(self, by: int) -> None:
        """The cursor to the left or right."""
        self._go(self._row, self._column + by)

    def on_click(self, event: events.Click) -> None:
        row = self.row_at(event.y)
        x = event.x - self._name_width + self.scroll_offset.x
        column = sum(1 for start in self._starts if start <= x) - 1
        if event.y < self.header or row >= len(self._rows):
            return
        if event.x >= self._name_width and (row, column) == (self._row, self._column):
            self.post_message(self.Pressed(self))
        else:
            self._go(row, column if event.x >= self._name_width else self._column)

    def on_resize(self) -> None:
        self._keep_visible()

    def _go(self, row: int, column: int) -> None:
        self._row = max(0, min(row, len(self._rows) - 1))
        self._column = max(0, min(column, len(self._columns) - 1))
        self._keep_visible()
        self.refresh()
        self.post_message(self.Moved(self))

    def _keep_visible(self) -> None:
        if not self._rows or not self._columns:
            return
        width = max(self.room.width - self._name_width, 1)
        start, end = self._starts[self._column], self._starts[self._column] + self._widths[self._column]
        x = min(max(self.scroll_offset.x, end - width), start)
        y = self.top_for_cursor()
        if (x, y) != self.scroll_offset:
            self.scroll_to(x, y, animate=False, force=True)

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        if y < self.header:
            style = base + self.get_component_rich_style("matrix--header", partial=True)
            cells = [(each.label, style) for each in self._columns]
            return self._line("", style, cells, base)
        row = self.row_at(y)
        if row >= len(self._rows):
            return Strip.blank(self.size.width, base)
        ref, prefix = self._rows[row]
        is_line = row == self._row
        line = base + self.get_component_rich_style("matrix--line", partial=True) if is_line else base
        first, last = self._visible_columns()
        cells = [("", line)] * first
        cells += [self._cell(ref, column, line, is_line=is_line) for column in range(first, last)]
        mark = "● " if ref in self._marked else "  "
        return self._line(f"{mark}{prefix}{one_line(str(ref), limit=60)}", line, cells, line)

    def _visible_columns(self) -> tuple[int, int]:
        x, width = self.scroll_offset.x, self.size.width - self._name_width
        shown = [
            column
            for column, start in enumerate(self._starts)
            if start + self._widths[column] > x and start < x + width
        ]
        return (shown[0], shown[-1] + 1) if shown else (0, 0)

    def _cell(self, ref: Ref, column: int, line: Style, *, is_line: bool) -> tuple[str, Style]:
        mark = _mark(self._matrix, ref, self._columns[column])
        text = f"{SIGNS[mark]}{'*' if _mark(self._saved, ref, self._columns[column]) != mark else ''}"
        if is_line and column == self._column and self.has_focus:
            return text, self.get_component_rich_style("matrix--cursor", partial=True)
        return text, line + rich_style(_TONES[mark], self.app.current_theme)

    def _line(self, name: str, name_style: Style, cells: Sequence[tuple[str, Style]], rest: Style) -> Strip:
        """The name stays where it is, the cells scroll to the side."""
        shown = name if cell_len(name) < self._name_width else set_cell_size(name, self._name_width - 2) + "…"
        left = Strip([Segment(set_cell_size(shown, self._name_width), name_style)])
        segments = []
        for width, (text, style) in zip(self._widths, cells, strict=False):
            fitted = text if cell_len(text) < width else set_cell_size(text, width - 2) + "…"
            segments.append(Segment(set_cell_size(fitted, width - 1), style))
            segments.append(Segment(" ", rest))
        x, width = self.scroll_offset.x, max(self.size.width - self._name_width, 0)
        right = Strip(segments).crop_extend(x, x + width, rest)
        return Strip.join([left, right]).adjust_cell_length(self.size.width, rest)


def _mark(matrix: Matrix, ref: Ref, column: Column) -> Mark:
    return matrix.mark(ref, column.server) if column.tool is None else matrix.tool_mark(ref, column.server, column.tool)
