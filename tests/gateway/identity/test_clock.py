from __future__ import annotations

import time
from datetime import timedelta

import pytest

from mcptui.gateway.identity import clock


@pytest.mark.parametrize(("hours", "seen"), [(-100, 0), (-1, 0), (0, 0), (1, 1), (100, 100)])
def test_a_clock_that_is_set_back_lets_nothing_in_again(
    hours: float, seen: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real = clock.now(), time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
    shown = clock.now() - timedelta(hours=seen)
    assert before <= shown
    monkeypatch.undo()
    assert shown <= clock.now()
