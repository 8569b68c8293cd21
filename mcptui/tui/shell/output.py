"""What is written to the terminal: cells that differ from what it shows, and each change of style once.

Textual writes all of a region that a widget wants to draw again, and every piece of text with its whole style. That is
35 kB for one step in a list: a second over a line of 40 kB/s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from rich.cells import get_character_cell_size
from rich.color import Color, ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

#: Unchanged cells that are written again, because a jump over them takes as many bytes.
_NEAR: Final = 4
#: Characters from which on it is tried whether another order is shorter.
_LONG: Final = 1_500
#: What shows on a blank.
_SEEN: Final = Style(underline=True, reverse=True, strike=True, underline2=True, overline=True)
_MOST_LOOKS: Final = 4096
#: What ends an attribute; some end together.
_END: Final = {
    **dict.fromkeys(("1", "2"), "22"), "3": "23", **dict.fromkeys(("4", "21"), "24"), **dict.fromkeys(("5", "6"), "25"),
    "7": "27", "8": "28", "9": "29", **dict.fromkeys(("51", "52"), "54"), "53": "55",
}  # fmt: skip
_NO_STYLE: Final = "\x1b[0m"


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A style in SGR codes; there is one object for each style.

    Attributes:
        attributes: bold, underline and the like.
        colour: the colour of the text.
        ground: the colour behind it.
        on_blanks: what shows of it on a blank.
    """

    attributes: str = ""
    colour: str = ""
    ground: str = ""
    on_blanks: str = ""


#: A character, with those that combine with it, and its look; the second half of a wide character has no text.
Cell: TypeAlias = tuple[str, Look]

_PLAIN: Final = Look()
_UNKNOWN: Final[Cell] = ("\0", _PLAIN)

#: Cells to write by row and column, in the order in which they are written.
Changed: TypeAlias = dict[tuple[int, int], Cell]


class Output:
    """The cells of the terminal, as far as they are known."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Cell]] = {}
        self._looks: dict[tuple[int, Color | None, Color | None, ColorSystem], Look] = {}

    def forget(self) -> None:
        """Something else may have written to the terminal: all that is drawn from now on is written."""
        self._rows = {}

    def changes(self, update: CompositorUpdate, width: int, console: Console) -> str:
        """The sequences that make a terminal of ``width`` columns show ``update``."""
        system = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001  as Textual asks for it
        start = "" if self._rows else _NO_STYLE
        changed: Changed = {}
        for y, x, strip in _pieces(update):
            row = self._rows.get(y)
            if row is None or len(row) != width:
                row = self._rows[y] = [_UNKNOWN] * width
            _note(changed, y, x, self._cells(strip, system)[: max(width - x, 0)], row)
        written = self._written(changed, start)
        if len(written) < _LONG:
            return written
        return min(written, self._written(_by_look(changed), start), key=len)

    def _written(self, changed: Changed, start: str) -> str:
        pen = _Pen(start)
        for (y, x), cell in changed.items():
            if pen.y == y and 0 <= pen.x < x <= pen.x + _NEAR:
                between = self._rows[y][pen.x : x]
                if all(map(pen.is_ready_for, between)):
                    for unchanged in between:
                        pen.write(unchanged)
            pen.go(x, y)
            pen.write(cell)
        return pen.written()

    def _cells(self, strip: Strip, system: ColorSystem) -> list[Cell]:
        cells: list[Cell] = []
        for text, style, control in strip:
            if control:
                continue
            look = self._look(style, system) if style else _PLAIN
            if text.isascii():
                cells += [(character, look) for character in text]
            else:
                _add_wide(cells, text, look)
        return cells

    def _look(self, style: Style, system: ColorSystem) -> Look:
        # Not by the style itself, which also says where in a text it is: another one for every piece.
        attributes = _bits(style)
        key = (attributes, style.color, style.bgcolor, system)
        look = self._looks.get(key)
        if look is None:
            if len(self._looks) >= _MOST_LOOKS:
                self._looks.clear()
            look = self._looks[key] = _look(style, attributes, system)
        return look


def _bits(style: Style) -> int:
    return style._attributes & style._set_attributes  # noqa: SLF001  each of its properties by itself takes longer


def _look(style: Style, attributes: int, system: ColorSystem) -> Look:
    codes = Strip.render_ansi(style.without_color, system)
    colour = ";".join(style.color.downgrade(system).get_ansi_codes()) if style.color else ""
    ground = ";".join(style.bgcolor.downgrade(system).get_ansi_codes(foreground=False)) if style.bgcolor else ""
    on_blanks = f"{codes};{colour};{ground}" if attributes & _bits(_SEEN) else ground
    return Look(codes, colour, ground, on_blanks)


def _add_wide(cells: list[Cell], text: str, look: Look) -> None:
    """Add ``text`` to ``cells`` by what each character takes: no cell, one or two."""
    for character in text:
        width = get_character_cell_size(character)
        if width:
            cells.append((character, look))
            cells += [("", look)] * (width - 1)
        elif cells:
            place = len(cells) - 1 if cells[-1][0] else len(cells) - 2
            cells[place] = (cells[place][0] + character, cells[place][1])


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and content of what was drawn, as Textual would write it."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip
                x += strip.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, start, end in update.spans:
            for stop, (x, found) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if found is not None and x <= end and stop > start:
                    yield y, x, found if stop <= end else found.crop(0, end - x)


def _note(changed: Changed, y: int, x: int, cells: Sequence[Cell], row: list[Cell]) -> None:
    """Add those of ``cells`` that differ from ``row`` to ``changed``, and note them there."""
    if row[x : x + len(cells)] == cells:
        return
    for place, cell in enumerate(cells, x):
        before = row[place]
        if before == cell or _look_the_same(before, cell):
            continue
        row[place] = cell
        if cell[0]:  # the second half of a wide character is there with the first
            changed[y, place] = cell


def _by_look(changed: Changed) -> Changed:
    """The same, one look after the other: to go to a place takes half as many bytes as to change a colour."""
    groups: dict[Look, Changed] = {}
    group, last = _PLAIN, (-1, -1)
    for (y, x), cell in changed.items():
        text, look = cell
        if text != " " or (y, x - 1) != last or look.on_blanks != group.on_blanks:
            group = look
        groups.setdefault(group, {})[y, x] = cell
        last = y, x
    return {place: cell for cells in groups.values() for place, cell in cells.items()}


def _look_the_same(one: Cell, other: Cell) -> bool:
    return one[0] == " " == other[0] and one[1].on_blanks == other[1].on_blanks


class _Pen:
    """Where the terminal's cursor is, unknown at first, and the style that it writes in."""

    def __init__(self, start: str) -> None:
        self._written: list[str] = [start]
        self._look = _PLAIN
        self.x = self.y = -1

    def go(self, x: int, y: int) -> None:
        """To a cell."""
        if y == self.y and x > self.x >= 0:
            self._written.append(f"\x1b[{x - self.x}C")
        elif (x, y) != (self.x, self.y):
            self._written.append(f"\x1b[{y + 1};{x + 1}H")
        self.x, self.y = x, y

    def is_ready_for(self, cell: Cell) -> bool:
        """Whether the cell is known, and takes no other style."""
        text, look = cell
        if not (text and text.isascii() and text.isprintable()):
            return False
        return look is self._look or (text == " " and look.on_blanks == self._look.on_blanks)

    def write(self, cell: Cell) -> None:
        """Write a cell; the cursor is behind it."""
        text, look = cell
        self._take(look, is_blank=text == " ")
        self._written.append(text)
        if len(text) == 1 and (text.isascii() or get_character_cell_size(text) == 1):
            self.x += 1
        else:
            self.x = self.y = -1  # terminals disagree about the width of the others

    def written(self) -> str:
        """All of it, and no style after it."""
        if self._look is not _PLAIN:
            self._written.append(_NO_STYLE)
        return "".join(self._written)

    def _take(self, look: Look, *, is_blank: bool) -> None:
        now = self._look
        if look is now or (is_blank and look.on_blanks == now.on_blanks):
            return
        if (now.colour and not look.colour) or (now.ground and not look.ground):
            codes = ["0", look.attributes, look.colour, look.ground]
        else:
            codes = [*_switched(now.attributes, look.attributes)]
            codes += [look.colour * (look.colour != now.colour), look.ground * (look.ground != now.ground)]
        if codes := [code for code in codes if code]:
            self._written.append(f"\x1b[{';'.join(codes)}m")
        self._look = look


def _switched(now: str, wanted: str) -> Iterator[str]:
    """The codes that lead from some attributes to others."""
    if now == wanted:
        return
    before, after = now.split(";") if now else [], wanted.split(";") if wanted else []
    ended = dict.fromkeys(_END[code] for code in before if code not in after)
    yield from ended
    yield from (code for code in after if code not in before or _END[code] in ended)


class Changes(CompositorUpdate):
    """Takes the place of ``update`` where Textual writes it."""

    def __init__(self, update: CompositorUpdate, output: Output, width: int) -> None:
        self._update = update
        self._output = output
        self._width = width

    def render_segments(self, console: Console) -> str:
        """The sequences for what the terminal does not show yet."""
        return self._output.changes(self._update, self._width, console)
