from __future__ import annotations

import asyncio

import pytest

from mcptui.stores.semaphore import QueueFullError, Semaphore


async def test_any_number_may_wait_where_no_queue_is_given() -> None:
    places = Semaphore(1)
    assert places.take()
    waiting = [asyncio.create_task(places.wait()) for _ in range(100)]
    await asyncio.sleep(0)
    assert places.waiting == 100
    for task in waiting:
        places.give_back()
        await task
    assert (places.running, places.waiting) == (1, 0)


async def test_a_queue_that_is_full() -> None:
    places = Semaphore(1, queue=2)
    assert places.take()
    waiting = [asyncio.create_task(places.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(QueueFullError):
        await places.wait()
    waiting[0].cancel()
    await asyncio.wait([waiting[0]])
    again = asyncio.create_task(places.wait())
    await asyncio.sleep(0)
    for task in (waiting[1], again):
        places.give_back()
        await task


async def test_who_waited_too_long_takes_no_place() -> None:
    places = Semaphore(1)
    assert places.take()
    with pytest.raises(TimeoutError):
        await places.wait(0)
    places.give_back()
    assert places.running == 0
    assert places.take()
