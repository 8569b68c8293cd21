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


async def in_line(places: Semaphore, order: list[str], *users: str) -> list[asyncio.Task[None]]:
    async def wait(user: str) -> None:
        await places.wait(user=user)
        order.append(user)

    waiting = [asyncio.create_task(wait(user)) for user in users]
    await asyncio.sleep(0)
    return waiting


async def test_a_place_goes_to_who_has_fewest() -> None:
    places, order = Semaphore(4), list[str]()
    assert all(places.take("a") for _ in range(4))
    waiting = await in_line(places, order, *"aaaabcbc")
    for _ in range(4):
        places.give_back("a")
        await asyncio.sleep(0)
    assert order == ["b", "c", "a", "a"], "the longest of those who have as many"
    for user in "bcaa":
        places.give_back(user)
    await asyncio.gather(*waiting)
    assert order[4:] == ["b", "c", "a", "a"]


class OfOne(Semaphore):
    @property
    def limit_of_one(self) -> int:
        return 2


async def test_one_user_has_not_all() -> None:
    places, order = OfOne(4), list[str]()
    assert [places.take("a") for _ in range(3)] == [True, True, False]
    waiting = await in_line(places, order, "a", "a", "b")
    assert places.take("b")
    places.give_back("b")
    await asyncio.sleep(0)
    assert order == ["b"]
    for _ in range(2):
        places.give_back("a")
    await asyncio.gather(*waiting)
    assert (places.running, places.waiting) == (3, 0)


async def test_one_user_does_not_fill_the_line() -> None:
    places, order = Semaphore(1, queue=4), list[str]()
    assert places.take("a")
    waiting = await in_line(places, order, *"aaaabb")
    with pytest.raises(QueueFullError):
        await places.wait(user="a")
    with pytest.raises(QueueFullError):
        await places.wait(user="b")
    for user in "aaabb":
        places.give_back(user)
        await asyncio.sleep(0)
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in ended] == [type(None)] * 2 + [QueueFullError] * 2 + [type(None)] * 2
    assert sorted(order) == ["a", "a", "b", "b"]
    assert places.running == 0


def test_a_place_that_is_given_back_twice_at_a_time_is_taken_twice_again() -> None:
    places = Semaphore(2)
    assert places.take("a")
    places.give_back("a")
    places.give_back("a")
    assert places.take("b")
    places.retake("a")
    places.retake("a")
    assert places.running == 2
    assert not places.take("c")
    places.give_back("a")
    assert places.take("c")
