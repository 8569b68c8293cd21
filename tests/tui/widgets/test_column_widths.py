"""How wide columns are."""

from __future__ import annotations

import pytest

from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.column_widths import column_widths, longest

TIME = Column("time", "Time", 8)
KEY = Column("key", "Key", 14)
NAME = Column("name", "Name", limit=20, flexible=True)
USERS = Column("users", "Used by", limit=10, flexible=True)


@pytest.mark.parametrize(
    ("columns", "wanted", "room", "widths"),
    [
        ((TIME, NAME), {}, 40, [8, 20]),
        ((TIME, NAME), {}, 18, [8, 10]),
        # Free room goes to what is cut, in the order of the columns.
        ((TIME, NAME), {"name": 26}, 40, [8, 26]),
        ((TIME, NAME), {"name": 90}, 40, [8, 32]),
        ((KEY, NAME), {"key": 20, "name": 5}, 60, [20, 20]),
        ((NAME, USERS), {"name": 20, "users": 30}, 80, [20, 30]),
        ((NAME, USERS), {"name": 20, "users": 30}, 30, [20, 10]),
        # Then what another column does not need; of what is not known nothing is taken.
        ((KEY, NAME), {"key": 7, "name": 26}, 34, [8, 26]),
        ((KEY, NAME), {"key": 7, "name": 90}, 34, [7, 27]),
        ((KEY, NAME), {"name": 90}, 30, [14, 16]),
        # A label is never cut for another column.
        ((KEY, NAME), {"key": 1, "name": 90}, 34, [3, 31]),
        # Narrower a flexible column does not become.
        ((TIME, NAME), {"name": 90}, 10, [8, 4]),
    ],
)
def test_what_one_column_leaves_goes_to_those_that_are_cut(
    columns: tuple[Column, ...], wanted: dict[str, int], room: int, widths: list[int]
) -> None:
    assert column_widths(columns, wanted, room + 2 * len(columns)) == widths


def test_what_the_content_asks_for() -> None:
    rows = [Row("1", {"time": Cell("12"), "name": Cell("日本", prefix="└ ")})]
    assert longest([TIME, NAME], rows) == {"time": 4, "name": 6}
    assert longest([TIME], []) == {"time": 4}
