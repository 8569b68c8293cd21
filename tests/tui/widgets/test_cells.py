"""Rows of a table, and the widths of their columns."""

from __future__ import annotations

import pytest

from mcptui.tui.widgets.cells import Cell, Column, Row, fitted


@pytest.mark.parametrize(
    ("column", "texts", "width"),
    [
        (Column("c"), [], 0),
        (Column("c", "Label"), [], 5),
        (Column("c", "Label"), ["longer than it"], 14),
        (Column("c", limit=6), ["longer than it"], 6),
        (Column("c"), ["日本"], 4),
        (Column("c", width=3), ["longer than it"], 3),
    ],
)
def test_a_column_is_as_wide_as_its_content(column: Column, texts: list[str], width: int) -> None:
    rows = [Row(str(place), {"c": Cell(text)}) for place, text in enumerate(texts)]
    (found,) = fitted([column], rows)
    assert (found.width, found.own_width) == (width, width)


def test_a_flexible_column_may_become_narrower() -> None:
    (found,) = fitted([Column("c", flexible=True)], [Row("1", {"c": Cell("twelve chars")})])
    assert (found.width, found.limit) == (None, 12)


def test_lines_of_a_tree_count_and_the_filter_does_not_see_them() -> None:
    row = Row("1", {"c": Cell("name", prefix="└─ ")}, search="described")
    (found,) = fitted([Column("c")], [row])
    assert found.width == 7
    assert row.searchable() == Row("1", {"c": Cell("name")}, search="described").searchable()
