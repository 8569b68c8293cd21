from __future__ import annotations

import pytest

from mcptui.upstream.server.breaker import PAUSES, THRESHOLD, Breaker
from tests.support.clock import Moment


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture
def breaker(clock: Moment) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int = THRESHOLD) -> None:
    for _ in range(times):
        breaker.failed()


def test_a_few_failures_do_not_open_it(breaker: Breaker) -> None:
    fail(breaker, THRESHOLD - 1)
    assert breaker.allows()
    assert breaker.allows()


def test_open_until_the_pause_is_over_then_one_attempt(breaker: Breaker, clock: Moment) -> None:
    fail(breaker)
    assert not breaker.allows()
    clock.now += breaker.pause - 0.01
    assert not breaker.allows()
    clock.now += 0.02
    assert breaker.allows()
    assert not breaker.allows(), "half-open lets one through"


def test_a_success_closes_it(breaker: Breaker, clock: Moment) -> None:
    fail(breaker)
    clock.now += breaker.pause
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.failures == 0
    assert breaker.allows()
    assert breaker.allows()


def test_another_failure_opens_it_for_longer(breaker: Breaker, clock: Moment) -> None:
    fail(breaker)
    pause = breaker.pause
    clock.now += pause
    assert breaker.allows()
    breaker.failed()
    assert breaker.pause > pause
    assert not breaker.allows()


def test_an_attempt_without_outcome_is_given_back(breaker: Breaker, clock: Moment) -> None:
    fail(breaker)
    clock.now += breaker.pause
    assert breaker.allows()
    breaker.released()
    assert breaker.allows()


def test_the_pause_is_bounded(breaker: Breaker) -> None:
    assert breaker.pause == PAUSES[0]
    fail(breaker, 1_000)
    assert breaker.pause == PAUSES[-1]
