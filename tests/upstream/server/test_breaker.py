from __future__ import annotations

import pytest

from mcptui.upstream.server.breaker import PAUSES, THRESHOLD, WANTED, Breaker
from tests.support.clock import Moment


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture
def breaker(clock: Moment) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int = THRESHOLD) -> None:
    for _ in range(times):
        breaker.failed(breaker.failures)


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
    breaker.failed(breaker.failures)
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


@pytest.mark.parametrize("together", [2, 20])
def test_attempts_that_fail_together_are_one_failure(breaker: Breaker, together: int) -> None:
    since = [breaker.failures for _ in range(together)]
    for each in since:
        breaker.failed(each)
    assert breaker.failures == 1
    assert breaker.allows()


@pytest.mark.parametrize("failures", [THRESHOLD, 1_000])
def test_who_wants_the_server_tries_within_seconds(breaker: Breaker, clock: Moment, failures: int) -> None:
    fail(breaker, failures)
    clock.now += WANTED
    assert breaker.allows()
    clock.now += WANTED - 0.01
    assert not breaker.allows()
    clock.now += 0.02
    assert breaker.allows(), "an attempt that takes long keeps nobody away"
