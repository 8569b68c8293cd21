from __future__ import annotations

from mcptui.model.runtime import Delays


def test_delays_in_words() -> None:
    assert str(Delays(max_ms=151.6, p99_ms=2.2)) == "152 ms at most, 99 % under 2 ms, in the last minute"
