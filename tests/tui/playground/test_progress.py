"""Progress and log lines."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.tui.playground.progress import Clock, log_line, progress_line, progress_text


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        ({}, "3 s · esc cancels"),
        ({"progress": 1, "total": 2, "message": "half [x]"}, "█████░░░░░  1/2  half [x]  3 s · esc cancels"),
        ({"progress": 9, "total": 2}, "██████████  9/2  3 s · esc cancels"),
        ({"progress": 5}, "progress 5  3 s · esc cancels"),
        ({"progress": "odd", "total": 0, "message": 3}, "3 s · esc cancels"),
    ],
)
def test_progress_line(progress: dict[str, Any], text: str) -> None:
    assert progress_line(progress, Clock(3.2, 3.2)).plain == text


def test_the_limits_of_a_call() -> None:
    assert str(Clock(8.4, 8.4, 60.0, 600.0)) == "8 / 60 s"
    assert str(Clock(75.0, 5.0, 60.0, 600.0)) == "75 / 600 s"
    assert str(Clock(75.0, 45.0, 60.0, 600.0)) == "75 / 600 s, silent 45 / 60 s"


def test_log_lines_are_safe_text() -> None:
    assert log_line({"level": "info", "logger": "demo", "data": "x\x1b[1m"}) == "info demo: x\\u001b[1m"
    assert log_line({"data": {"a": 1}}) == "info: {'a': 1}"
    assert progress_text({"progress": 1, "total": 3, "message": "go"}) == "progress 1/3 go"
    assert progress_text({"progress": 1}) == "progress 1"
