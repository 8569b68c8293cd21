"""Which rows of a tree are shown, and how."""

from __future__ import annotations

from mcptui.tui.widgets.cells import Cell, Row
from mcptui.tui.widgets.tree_rows import TreeRows


def row(key: str, above: str = "", *, is_branch: bool = False) -> Row:
    return Row(key, {"name": Cell(key)}, above=above, is_branch=is_branch)


ROWS = [row("acme"), row("data", "acme"), row("ci", "data"), row("ops", "acme"), row("lone"), row("lost", "gone")]
TREE = TreeRows(ROWS, "name")


def drawn(rows: list[Row]) -> list[str]:
    return [f"{each.cells['name'].prefix}{each.cells['name'].text}" for each in rows]


def test_lines_and_marks_are_those_of_what_is_shown() -> None:
    whole = ["▾ acme", "├ ▾ data", "│ └ ci", "└   ops", "  lone", "  lost"]
    assert drawn(TREE.whole()) == whole
    assert drawn(TREE.shown(lambda _: False)) == whole
    assert drawn(TREE.shown(lambda key: key == "data")) == ["▾ acme", "├ ▸ data", "└   ops", "  lone", "  lost"]
    assert drawn(TREE.shown(lambda _: True)) == ["▸ acme", "  lone", "  lost"]


def test_what_a_filter_found_is_shown_with_the_rows_above_it() -> None:
    by_key = {each.key: each for each in ROWS}
    found = [by_key["lone"], by_key["ci"]]
    assert drawn(TREE.shown(lambda _: True, found)) == ["  lone", "▾ acme", "└ ▾ data", "  └ ci"]
    assert drawn(TREE.shown(lambda _: False, [by_key["ops"]])) == ["▾ acme", "└ ops"]


def test_below_a_row_that_was_found_the_others_are_shown_unless_it_is_folded() -> None:
    found = [ROWS[1]]
    assert drawn(TREE.shown(lambda _: False, found)) == ["▾ acme", "└ ▾ data", "  └ ci"]
    assert drawn(TREE.shown(lambda key: key == "data", found)) == ["▾ acme", "└ ▸ data"]


def test_a_flat_list_has_neither_lines_nor_marks() -> None:
    rows = [row("a"), row("b")]
    assert TreeRows(rows, "name").shown(lambda _: False) == rows
    assert TreeRows(rows, "name").branches == []


def test_rows_below_may_still_be_missing() -> None:
    tree = TreeRows([row("a", is_branch=True), row("b")], "name")
    assert drawn(tree.shown(lambda _: False)) == ["▸ a", "  b"]
    assert tree.branches == ["a"]
    assert TREE.above("ci") == "data"
    assert TREE.above("lost") == ""
