from __future__ import annotations

import pytest

from mcptui.tui.clock import ago, duration, size, time_of_day


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (61, "1 m 1 s"), (8040, "2 h 14 m"), (90000, "1 d 1 h"), (-5, "0 s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (18_204, "18.2 kB"), (182_040, "182 kB"), (5_000_000, "5.0 MB"), (7e12, "7000.0 GB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "just now"), (59, "just now"), (61, "1 m ago"), (8040, "2 h ago"), (90000, "1 d ago")]
)
def test_how_long_ago(seconds: float, text: str) -> None:
    assert ago(seconds) == text


def test_time_of_day_is_local() -> None:
    assert time_of_day(0) == "00:00:00"
