"""What a filter lets through, in which order, and what of it is marked."""

from __future__ import annotations

import pytest

from mcptui.tui.widgets.matching import Query, Searchable

ROWS = [
    Searchable.of(cells, further)
    for cells, further in (
        [
            (["github", "ready"], "issues and pull requests"),
            (["big-house", "ready"], ""),
            (["gather-hub", "failed"], ""),
            (["files", "ready"], "reads what git has"),
            (["digit", "ready"], ""),
        ]
    )
]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("git", [0, 4, 3]),  # contained: first in the cells, then in what is not shown
        ("GitHub", [0]),
        ("gh", [0, 2]),  # letters in order, the closest first
        ("ghub", [0, 2]),
        ("hb", [2]),  # the first letter begins a word
        ("rdy git", [0, 3, 4]),
        ("pull ready", [0]),
        ("pll", []),  # letters are looked for in what is shown
        ("gy", []),  # and in one cell
        ("x", []),
        ("", [0, 1, 2, 3, 4]),
    ],
)
def test_rows_that_match(text: str, places: list[int]) -> None:
    assert Query(text).select(ROWS) == places


@pytest.mark.parametrize(
    ("text", "cell", "marked"),
    [
        ("hub", "GitHub", "   ^^^"),
        ("gh", "GitHub", "^  ^  "),
        ("git hub", "hub git", "^^^ ^^^"),
        ("x", "GitHub", "      "),
        ("st", "straße", "      "),  # is longer when folded: better no marks than wrong ones
    ],
)
def test_marked_letters(text: str, cell: str, marked: str) -> None:
    assert Query(text).places_in(cell) == {place for place, mark in enumerate(marked) if mark == "^"}


def test_weights_order_what_the_palette_finds() -> None:
    query = Query("gh set")
    weights = [query.weight(text) for text in ("github settings", "graph: reset", "settings")]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[1]
    assert weights[2] == 0.0
    assert Query("st").weight("straße") > 0


def test_letters_are_not_looked_for_in_long_texts() -> None:
    long = Searchable.of(["word " * 100 + "zebra"], "")
    assert Query("zebra").select([long]) == [0]
    assert Query("zbr").select([long]) == []
