"""The lines of a tree."""

from __future__ import annotations

import pytest

from mcptui.services.tree_lines import branch


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ((), ""),
        ((False,), "├ "),
        ((True,), "└ "),
        ((False, False), "│ ├ "),
        ((False, False, True), "│ │ └ "),
        ((True, False), "  ├ "),
    ],
)
def test_the_lines_of_the_tree(place: tuple[bool, ...], lines: str) -> None:
    assert branch(place) == lines
