"""Counts as bars."""

from __future__ import annotations

import pytest

from mcptui.tui.text.sparkline import sparkline


@pytest.mark.parametrize(
    ("counts", "line"), [((), ""), ((0, 0), "  "), ((1, 0, 8, 4), "▁ █▄"), ((5,), "█"), ((1, 1000), "▁█")]
)
def test_the_largest_count_has_the_full_height(counts: tuple[int, ...], line: str) -> None:
    assert sparkline(counts) == line
