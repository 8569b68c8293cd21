from __future__ import annotations

import threading

import pytest

from mcptui.secrets.serial import SerialCalls


def test_results_and_errors_come_back() -> None:
    calls = SerialCalls(5)
    assert calls.run(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        calls.run(lambda: 1 // 0)


def test_blocked_call_fails_others_until_it_returns() -> None:
    calls = SerialCalls(0.01)
    release, returned = threading.Event(), threading.Event()

    def block() -> None:
        release.wait(10)
        returned.set()

    with pytest.raises(TimeoutError):
        calls.run(block)
    with pytest.raises(TimeoutError, match="earlier"):
        calls.run(lambda: 1)
    release.set()
    assert returned.wait(10)
    blocked = calls._running
    assert blocked is not None
    blocked.result(10)
    assert SerialCalls.run(calls, lambda: 2) == 2
