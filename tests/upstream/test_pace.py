from __future__ import annotations

import asyncio

import pytest

from mcptui.upstream.pace import SAVED, Pace
from tests.support.clock import Moment


@pytest.mark.parametrize("rate", [1, 100])
def test_much_at_once_and_then_as_much_as_the_rate(rate: int) -> None:
    clock = Moment()
    pace = Pace(lambda: rate, clock)
    clock.now += 100
    at_once = int(SAVED * rate)
    assert not any(pace.ahead() for _ in range(at_once))
    assert pace.ahead() == pytest.approx(1 / rate)
    clock.now += 1
    assert not any(pace.ahead() > 1e-6 for _ in range(rate - 1))
    assert pace.ahead() > 0


def test_what_is_not_used_is_saved_for_a_while_only() -> None:
    clock = Moment()
    pace = Pace(lambda: 1, clock)
    clock.now += 1_000
    assert sum(not pace.ahead() for _ in range(100)) == SAVED


def test_another_rate_holds_at_once() -> None:
    rate, clock = 1, Moment()
    pace = Pace(lambda: rate, clock)
    clock.now += 100
    rate = 10
    assert sum(not pace.ahead() for _ in range(1_000)) == 10 * SAVED


async def test_others_have_their_turn_while_much_is_done_at_once() -> None:
    turns, pace, is_over = 0, Pace(lambda: 1_000), asyncio.Event()

    async def other() -> None:
        nonlocal turns
        while not is_over.is_set():
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    for _ in range(5_000):
        await pace.keep()
    is_over.set()
    await task
    assert turns > 100
