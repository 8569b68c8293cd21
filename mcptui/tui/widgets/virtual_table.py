"""A table of any length: rows are asked for when they come into view, and only those are drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar, Final, TypeAlias, get_args

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import Tone, rich_style
from mcptui.tui.widgets.cells import CELL_PADDING, Cell, Column, Row
from mcptui.tui.widgets.column_widths import column_widths
from mcptui.tui.widgets.row_view import RowView

#: The row at a place, or None while it is being fetched.
RowAt: TypeAlias = Callable[[int], Row | None]
#: Which characters of a cell stand out.
Highlight: TypeAlias = Callable[[str], Collection[int]]

_FOUND: Final = Style(underline=True, bold=True)


class VirtualTable(RowView):
    """One line a row, a header line above them where columns have labels, a cursor that is a whole row.

    Columns have a ``width``; flexible ones get what they leave, and what is free where texts are cut.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.OPEN.bind("open"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"virtual-table--cursor", "virtual-table--header"}
    DEFAULT_CSS = """
    VirtualTable {
        background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll;
        & > .virtual-table--header { color: $foreground-muted; }
        & > .virtual-table--cursor { background: $primary 25%; color: $foreground; }
        &:focus > .virtual-table--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
    }
    """

    #: The place of the cursor; meaningless while there are no rows.
    cursor: var[int] = var(0, init=False)

    @dataclass
    class Highlighted(Message):
        """The cursor is at another place."""

        table: VirtualTable
        place: int

        @property
        def control(self) -> VirtualTable:
            return self.table

    @dataclass
    class Opened(Message):
        """Enter, or a click on the row of the cursor."""

        table: VirtualTable
        place: int

        @property
        def control(self) -> VirtualTable:
            return self.table

    @dataclass
    class HeaderClicked(Message):
        """A click on the label of a column, for lists that can be sorted."""

        table: VirtualTable
        column: str

        @property
        def control(self) -> VirtualTable:
            return self.table

    def __init__(self, columns: Sequence[Column], row_at: RowAt, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._all_columns = tuple(columns)
        self._columns = self._all_columns
        self._rank: int | None = None
        self._row = row_at
        self._count = 0
        self._highlight: Highlight | None = None
        self._tones: dict[Tone, Style] = {}
        #: What the content of a column asks for, by its id: all of it where it is known, else what was seen so far.
        self._wanted: dict[str, int] = {}
        self._widths: list[int] = []

    @property
    def count(self) -> int:
        return self._count

    @property
    def cursor_row(self) -> int:
        return self.cursor

    def go_to_row(self, place: int) -> None:
        self.cursor = place

    @property
    def visible_places(self) -> range:
        """The places that are on the screen."""
        start = min(self.scroll_offset.y, self._count)
        return range(start, min(start + max(self.size.height - self.header, 0), self._count))

    @property
    def header(self) -> int:
        return int(any(column.label for column in self._columns))

    def set_count(self, count: int, *, shift: int = 0) -> None:
        """There are ``count`` rows now, ``shift`` of them new above the cursor, which stays on its row."""
        self._count = count
        self._set_height()
        if shift and self._count:
            self.scroll_to(y=self.scroll_y + shift, animate=False, force=True)
            self.set_reactive(VirtualTable.cursor, min(self.cursor + shift, count - 1))
        elif self.cursor >= count:
            self.cursor = max(count - 1, 0)
        self.refresh()

    def set_rank(self, rank: int) -> None:
        """Leave out columns of a higher rank, for narrow screens."""
        self._rank = rank
        self.set_columns(self._all_columns, self._wanted)

    def set_columns(self, columns: Sequence[Column], wanted: Mapping[str, int] | None = None) -> None:
        """Show other columns; ``wanted`` is what the content of all rows asks for."""
        self._all_columns = tuple(columns)
        self._wanted = dict(wanted or {})
        self._choose_columns()
        self._set_height()
        self.refresh()

    def _choose_columns(self) -> None:
        """Those of the wanted ranks for which there is room."""
        self._columns = tuple(each for each in self._all_columns if self._rank is None or each.rank <= self._rank)
        self._fit()
        flexible = [place for place, each in enumerate(self._columns) if each.flexible]
        if len(flexible) > 1 and self._widths[flexible[-1]] < self._columns[flexible[-1]].least:
            self._columns = tuple(each for place, each in enumerate(self._columns) if place != flexible[-1])
            self._fit()

    def _fit(self) -> None:
        self._widths = column_widths(self._columns, self._wanted, self.size.width)

    def set_highlight(self, highlight: Highlight | None) -> None:
        """Underline what ``highlight`` finds in each cell."""
        self._highlight = highlight
        self.refresh()

    def on_mount(self) -> None:
        self._read_theme()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._read_theme())

    def _read_theme(self) -> None:
        theme = self.app.current_theme
        self._tones = {tone: rich_style(tone, theme) for tone in get_args(Tone)}
        self.refresh()

    def on_resize(self) -> None:
        self._choose_columns()
        self._set_height()
        self._keep_visible()

    def _set_height(self) -> None:
        self.virtual_size = Size(self.size.width, self._count + self.header)

    # --- cursor ---

    def validate_cursor(self, place: int) -> int:
        return max(0, min(place, self._count - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        self._keep_visible()
        self.refresh_places((before, after))
        if self._count:
            self.post_message(self.Highlighted(self, self.cursor))

    def _keep_visible(self) -> None:
        if self._count:
            top = self.top_for_cursor()
            if top != self.scroll_offset.y:
                self.scroll_to(y=top, animate=False, force=True)

    def action_open(self) -> None:
        """Open the row of the cursor."""
        if self._count:
            self.post_message(self.Opened(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        place = self.row_at(event.y)
        if event.y < self.header:
            if (column := self._column_at(event.x)) is not None:
                self.post_message(self.HeaderClicked(self, column.id))
        elif place >= self._count:
            return
        elif place == self.cursor:
            self.action_open()
        else:
            self.cursor = place

    def _column_at(self, x: int) -> Column | None:
        end = 0
        for column, width in zip(self._columns, self._widths, strict=True):
            end += width + 2 * CELL_PADDING
            if x < end:
                return column
        return None

    # --- drawing ---

    def refresh_places(self, places: Sequence[int]) -> None:
        """Draw rows again that have become known."""
        top = self.scroll_offset.y
        for place in places:
            self.refresh(Region(0, place - top + self.header, self.size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """As of Textual; before that, the columns become wider for what comes into view where there is room."""
        before = self._widths
        for y in range(max(crop.y, self.header), crop.bottom):
            if (place := self.row_at(y)) < self._count and (row := self._row(place)) is not None:
                self._look_at(row)
        if before != self._widths and crop.height < self.size.height:
            self.call_later(self.refresh)
        return super().render_lines(crop)

    def _look_at(self, row: Row) -> None:
        lengths = ((column.id, row.cells[column.id].length) for column in self._columns)
        if longer := {id_: length for id_, length in lengths if length > self._wanted.get(id_, -1)}:
            self._wanted |= longer
            self._fit()

    def render_line(self, y: int) -> Strip:
        if y < self.header:
            style = self.get_component_rich_style("virtual-table--header", partial=True)
            return self._line([Cell(column.label) for column in self._columns], {"plain": style}, self.rich_style)
        place = self.row_at(y)
        if place >= self._count:
            return Strip.blank(self.size.width, self.rich_style)
        row = self._row(place)
        # A row that is still being read is blank: a sign in each of them would be written to the terminal for a moment.
        cells = [row.cells[column.id] for column in self._columns] if row is not None else []
        if place == self.cursor:
            # Under the cursor its own colours decide, or a tone would be unreadable there.
            line = self.get_component_rich_style("virtual-table--cursor")
            return self._line(cells, {}, line, self._highlight)
        return self._line(cells, self._tones, self.rich_style, self._highlight)

    def _line(
        self, cells: Sequence[Cell], tones: dict[Tone, Style], line: Style, highlight: Highlight | None = None
    ) -> Strip:
        segments: list[Segment] = []
        padding = Segment(" " * CELL_PADDING, line)
        for column, width, cell in zip(self._columns, self._widths, cells, strict=False):
            text = cell.prefix + one_line(cell.text, limit=width * 2)
            style = line + tones[cell.tone] if cell.tone in tones else line
            blanks, text = _fitted(text, width)
            places = highlight(text[len(cell.prefix) :]) if highlight is not None else ()
            pieces = [Segment(text, style)]
            if places:
                pieces = list(_marked(text, {len(cell.prefix) + place for place in places}, style))
            room = Segment(" " * blanks, line)
            segments += [padding, *([room, *pieces] if column.justify == "right" else [*pieces, room]), padding]
        return Strip(segments).adjust_cell_length(self.size.width, line)


def _fitted(text: str, width: int) -> tuple[int, str]:
    """How many blanks fill the cell, and ``text``, which may be cut with an ellipsis."""
    length = cell_len(text)
    if length > width:
        return 0, set_cell_size(text, width - 1) + "…"
    return width - length, text


def _marked(text: str, places: Collection[int], style: Style) -> Iterator[Segment]:
    """``text`` in pieces, those of ``places`` underlined."""
    found = style + _FOUND
    for is_found, group in groupby(enumerate(text), key=lambda item: item[0] in places):
        yield Segment("".join(letter for _, letter in group), found if is_found else style)
