"""How wide the columns of a table are: what one leaves free goes to those whose texts are cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.cells import cell_len

from mcptui.tui.widgets.cells import CELL_PADDING, Column, Row

#: What is cut at the edge of the table has no ellipsis: a flexible column becomes narrow before that.
_NARROWEST: Final = 4


def longest(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, int]:
    """What the labels and all of ``rows`` ask for, by column."""
    return {
        column.id: max(cell_len(column.label), *(row.cells[column.id].length for row in rows), 0) for column in columns
    }


def column_widths(columns: Sequence[Column], wanted: Mapping[str, int], width: int) -> list[int]:
    """The widths of ``columns`` in a table of ``width``.

    Columns have the width that they declare, flexible ones what the others leave. Where texts are cut then, free room
    goes to them, after it the room that other columns do not need.

    Args:
        wanted: what the content of a column asks for, as far as it is known.
    """
    room = width - 2 * CELL_PADDING * len(columns)
    widths = _declared(columns, room)
    lacking = [max(wanted.get(column.id, 0) - has, 0) for column, has in zip(columns, widths, strict=True)]
    _give(widths, lacking, room - sum(widths))
    if any(lacking) and sum(widths) <= room:
        for place, column in enumerate(columns):
            unused = widths[place] - max(wanted.get(column.id, widths[place]), cell_len(column.label))
            if unused > 0 and not column.flexible:
                taken = min(unused, sum(lacking))
                widths[place] -= taken
                _give(widths, lacking, taken)
    return widths


def _declared(columns: Sequence[Column], room: int) -> list[int]:
    """Of several flexible columns the first one gets all that it asks for."""
    left = room - sum(column.own_width for column in columns if not column.flexible)
    widths = []
    for column in columns:
        has = column.own_width
        if column.flexible:
            has = max(min(left, column.limit), _NARROWEST)
            left -= column.own_width
        widths.append(has)
    return widths


def _give(widths: list[int], lacking: list[int], spare: int) -> None:
    """Give ``spare`` to those that lack something, in their order."""
    for place, lack in enumerate(lacking):
        given = max(min(lack, spare), 0)
        widths[place] += given
        lacking[place] -= given
        spare -= given
