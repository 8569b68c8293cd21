from __future__ import annotations

import asyncio

import pytest

from mcptui.daemon.delays import BUSY, IDLE, WINDOW, DelayGauge
from mcptui.model.runtime import Delays
from tests.support.clock import Moment


@pytest.fixture
def clock() -> Moment:
    return Moment()


def test_the_largest_and_what_is_usual(clock: Moment) -> None:
    gauge = DelayGauge(lambda: 0, clock)
    assert gauge.value() == Delays()
    for number in range(200):
        gauge.note(number / 1000)
    assert gauge.value() == Delays(max_ms=199, p99_ms=198)
    assert str(gauge.value()) == "199 ms at most, 99 % under 198 ms, in the last minute"


@pytest.mark.parametrize("is_asked_between", [False, True])
def test_what_was_long_ago_does_not_count(clock: Moment, is_asked_between: bool) -> None:
    gauge = DelayGauge(lambda: 0, clock)
    gauge.note(5.0)
    clock.now += WINDOW + 1
    if not is_asked_between:
        gauge.note(0.001)
    assert gauge.value().max_ms == (0 if is_asked_between else pytest.approx(1))


def test_who_is_woken_early_is_not_late(clock: Moment) -> None:
    gauge = DelayGauge(lambda: 0, clock)
    gauge.note(-0.5)
    assert gauge.value().max_ms == 0


async def test_it_looks_often_only_while_something_happens(clock: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    calls = 0

    async def sleep(seconds: float) -> None:
        nonlocal calls
        pauses.append(seconds)
        clock.now += seconds + 0.25
        calls += len(pauses) == 2
        if len(pauses) == 9:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    gauge = DelayGauge(lambda: calls, clock)
    with pytest.raises(asyncio.CancelledError):
        await gauge.run()
    assert pauses == [IDLE, IDLE, BUSY, BUSY, BUSY, BUSY, IDLE, IDLE, IDLE]
    assert gauge.value().max_ms == pytest.approx(250)
