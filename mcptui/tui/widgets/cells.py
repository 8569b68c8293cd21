"""Rows of a table as values: literal text with a tone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from rich.cells import cell_len

from mcptui.tui.text.tone import Tone
from mcptui.tui.widgets.matching import Searchable

#: Blanks on each side of a cell.
CELL_PADDING: Final = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; the text is shown as it is, behind ``prefix``, which is ours (lines of a tree)."""

    text: str
    tone: Tone = "plain"
    prefix: str = ""

    @property
    def length(self) -> int:
        """How many columns of the terminal it asks for."""
        text = self.prefix + self.text
        return len(text) if text.isascii() else cell_len(text)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; without ``width`` it is as wide as its content.

    Attributes:
        rank: columns of a higher rank than the table asks for are left out.
        limit: the most that a column without ``width`` becomes while others need the room.
        flexible: it gets what the other columns leave. Of several the first one gets all that it
            asks for, and a later one that has less than ``least`` then is left out.
    """

    id: str
    label: str = ""
    width: int | None = None
    justify: Literal["left", "right"] = "left"
    rank: int = 0
    limit: int = 60
    flexible: bool = False
    least: int = 0

    @property
    def own_width(self) -> int:
        """The width that it has where there is room; an empty column has none."""
        return self.limit if self.width is None else self.width


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells by column id; ``search`` is what the filter looks at besides the cells.

    ``fields`` are the values that terms ``field:value`` of a filter look at. In a tree, ``above`` is the key of the row
    that it is below, and ``is_branch`` says that there are rows below it, which may be given once it is unfolded.
    """

    key: str
    cells: dict[str, Cell]
    search: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    above: str = ""
    is_branch: bool = False

    def searchable(self) -> Searchable:
        """What a filter looks at."""
        return Searchable.of([cell.text for cell in self.cells.values()], self.search)


def fitted(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """``columns`` with the widths that the content of ``rows`` asks for."""
    return [column if column.width is not None else _fit(column, rows) for column in columns]


def _fit(column: Column, rows: Sequence[Row]) -> Column:
    width = _natural(column, rows)
    return replace(column, limit=width) if column.flexible else replace(column, width=width)


def _natural(column: Column, rows: Sequence[Row]) -> int:
    longest = max((row.cells[column.id].length for row in rows), default=0)
    return min(max(longest, cell_len(column.label)), column.limit)
