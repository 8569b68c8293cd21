"""Rows of a table as values: literal text with a tone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rich.text import Text
from textual.theme import Theme

from mcptui.protocol.text import one_line
from mcptui.tui.tone import Tone, rich_style

#: Blanks on each side of a cell.
CELL_PADDING: Final = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; the text is shown as it is, behind ``prefix``, which is ours (lines of a tree)."""

    text: str
    tone: Tone = "plain"
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; without ``width`` it is as wide as its content.

    Attributes:
        rank: columns of a higher rank than the table asks for are left out.
        limit: longer texts are cut.
        flexible: its texts are cut to the room that the other columns leave.
    """

    id: str
    label: str = ""
    width: int | None = None
    justify: Literal["left", "right"] = "left"
    rank: int = 0
    limit: int = 60
    flexible: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells by column id; ``search`` is what the filter looks at besides the cells."""

    key: str
    cells: dict[str, Cell]
    search: str = ""

    def matches(self, words: list[str]) -> bool:
        """Whether every word of the filter occurs."""
        text = " ".join([*(cell.text for cell in self.cells.values()), self.search]).casefold()
        return all(word in text for word in words)


def render_cell(cell: Cell, column: Column, theme: Theme, limit: int) -> Text:
    """``cell`` for a DataTable: never parsed as markup, cut to ``limit`` characters."""
    return Text(
        cell.prefix + one_line(cell.text, limit=max(limit - len(cell.prefix), 2)),
        style=rich_style(cell.tone, theme),
        justify=column.justify,
        no_wrap=True,
        overflow="ellipsis",
    )


def room_for(column: Column, columns: Sequence[Column], rows: Sequence[Row], width: int) -> int:
    """How many characters a flexible ``column`` gets beside the others in a table of ``width`` cells."""
    taken = 0
    for other in columns:
        taken += 2 * CELL_PADDING
        if other is not column:
            longest = max((len(row.cells[other.id].text) for row in rows), default=0)
            taken += other.width or min(max(longest, len(other.label)), other.limit)
    return max(min(width - taken, column.limit), len(column.label), 3)
