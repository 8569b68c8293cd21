"""A terminal that understands what the app writes, to see what a person would."""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from rich.cells import get_character_cell_size
from textual._compositor import CompositorUpdate
from textual.pilot import Pilot

from mcptui.tui.shell.output import Output
from tests.support.pilot import settle
from tests.support.quiet import draw

#: The bell, or what goes to the terminal itself: a notification, and what tmux passes on.
_ASIDE: Final = re.compile(r"\x07|\x1b[\]P](?:[^\x1b]|\x1b[^\\])*\x1b\\")
_SEQUENCE: Final = re.compile(r"\x1b\[([0-9;]*)([HCm])|([^\x1b])")
#: Underline, reverse, strike, double underline, overline.
_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "53"})

_ENDED_BY: Final = {
    "22": "12",
    "23": "3",
    "24": ("4", "21"),
    "25": "56",
    "27": "7",
    "28": "8",
    "29": "9",
    "55": ("53",),
}

#: A character, and the codes of its attributes, its colour and its ground.
Shown: TypeAlias = tuple[str, tuple[str, str, str]]


class FakeTerminal:
    """Cells, a cursor and a style."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Shown] = {}
        self._x = self._y = 0
        self._codes: tuple[str, str, str] = ("", "", "")

    def feed(self, text: str) -> None:
        """Take what was written."""
        text = _ASIDE.sub("", text)
        for match in _SEQUENCE.finditer(text):
            codes, command, character = match.groups()
            if character:
                self._put(character)
            elif command == "H":
                row, _, column = codes.partition(";")
                self._x, self._y = int(column) - 1, int(row) - 1
            elif command == "C":
                self._x += int(codes)
            else:
                self._take(codes)
        assert _SEQUENCE.sub("", text) == ""

    def _put(self, character: str) -> None:
        width = get_character_cell_size(character)
        if not width:
            last = (self._y, self._x - 1 if self.cells[self._y, self._x - 1][0] else self._x - 2)
            self.cells[last] = (self.cells[last][0] + character, self.cells[last][1])
            return
        attributes, _, ground = codes = self._codes
        if character == " " and not set(attributes.split(";")) & _ON_BLANKS:
            codes = ("", "", ground)
        for place in range(width):
            self.cells[self._y, self._x + place] = ("" if place else character, codes)
        self._x += width

    def _take(self, text: str) -> None:
        attributes, colour, ground = self._codes
        codes = text.split(";")
        while codes:
            code = codes.pop(0)
            size = {"5": 2, "2": 4}.get(codes[0], 0) if code in {"38", "48"} else 0
            whole = ";".join([code, *(codes.pop(0) for _ in range(size))])
            if code == "0":
                attributes = colour = ground = ""
            elif code == "38" or "30" <= code <= "37" or "90" <= code <= "97":
                colour = whole
            elif code == "48" or "40" <= code <= "47" or "100" <= code <= "107":
                ground = whole
            elif code in _ENDED_BY:
                attributes = ";".join(each for each in attributes.split(";") if each not in _ENDED_BY[code])
            else:
                attributes = ";".join(sorted({*attributes.split(";"), code} - {""}))
        self._codes = (attributes, colour, ground)

    @property
    def text(self) -> str:
        """The rows, without styles."""
        height = max((y for y, _ in self.cells), default=-1) + 1
        width = max((x for _, x in self.cells), default=-1) + 1
        rows = ("".join(self.cells.get((y, x), (" ",))[0] for x in range(width)).rstrip() for y in range(height))
        return "\n".join(rows) + "\n"


class Watched:
    """A running app with a terminal that its changes are written to."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self._pilot = pilot
        self._app = pilot.app
        self.output = Output()
        self.terminal = FakeTerminal()

    async def pressed(self, key: str) -> int:
        """Press a key; how many bytes are written in answer to it."""
        await self._pilot.press(key)
        return await self.drawn()

    async def drawn(self) -> int:
        """Write what has changed; how many bytes that took."""
        await settle(self._pilot)
        update = draw(self._app)
        if not isinstance(update, CompositorUpdate):
            return 0
        text = self.output.changes(update, self._app.size.width, self._app.console)
        self.terminal.feed(text)
        return len(text.encode())

    def expected(self) -> FakeTerminal:
        """A terminal on which the screen was drawn as Textual does it, all at once."""
        fresh = FakeTerminal()
        for y, strip in enumerate(self._app.screen._compositor.render_strips()):
            fresh.feed(f"\x1b[{y + 1};1H{strip.render(self._app.console)}")
        return fresh
