"""Draws with ASCII only, for terminals and fonts that have nothing else."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS: Final = {
    **dict.fromkeys("─━═╌╍▔▁▂▃⎺⎯", "-"),
    **dict.fromkeys("│┃║▏▎▍▌▐▕⎹⎸╎┆", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝┏┓┗┛╞╡╪", "+"),
    **dict.fromkeys("█▄▀▇▆▅▉▊▋", "#"),
    **dict.fromkeys("░▒▓", ":"),
    **dict.fromkeys("●■•◆▪", "*"),
    **dict.fromkeys("○◌◇", "o"),
    **dict.fromkeys("◐◑◒◓", "~"),
    **dict.fromkeys("✗✕✘", "x"),
    "✓": "v",
    "▲": "!",
    "▸": ">",
    "▶": ">",
    "▾": "v",
    "▼": "v",
    "◀": "<",
    "…": ".",
    "·": "-",
    "–": "-",
    "—": "-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "−": "-",
    "×": "x",
    "≥": ">",
    "≤": "<",
    "⏎": "<",
    "⌫": "<",
    "⇧": "^",
    "␣": "_",
    "⇥": ">",
}


@lru_cache(4096)
def ascii_text(text: str) -> str:
    """``text`` in as many cells, with ASCII characters only; what has no likeness is ``?``."""
    if text.isascii():
        return text
    return "".join(sign if sign.isascii() else _SIGNS.get(sign, "?" * cell_len(sign)) for sign in text)


class AsciiFilter(LineFilter):
    """Goes over everything that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(ascii_text(text), style, control) for text, style, control in segments]
