from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.upstream.errors import BusyError, UpstreamTimeoutError
from mcptui.upstream.server import concurrency as slots
from mcptui.upstream.server.concurrency import ConcurrencyLimit, ReleasedWhileAsking


async def waiter(places: ConcurrencyLimit, order: list[int], number: int) -> None:
    await places.wait(30)
    order.append(number)


async def test_who_waits_longest_is_next() -> None:
    places, order = ConcurrencyLimit(2), list[int]()
    assert (places.take(), places.take(), places.take()) == (True, True, False)
    waiting = [asyncio.create_task(waiter(places, order, number)) for number in range(3)]
    await asyncio.sleep(0)
    assert (places.running, places.waiting) == (2, 3)
    waiting[1].cancel()
    await asyncio.wait([waiting[1]])
    for _ in range(2):
        places.give_back()
        await asyncio.sleep(0)
    await asyncio.gather(waiting[0], waiting[2])
    assert order == [0, 2]
    assert (places.running, places.waiting) == (2, 0)
    places.give_back()
    places.give_back()
    assert places.running == 0


async def test_a_place_given_to_one_that_is_cancelled_is_not_lost() -> None:
    places = ConcurrencyLimit(1)
    assert places.take()
    waiting = asyncio.create_task(places.wait(30))
    await asyncio.sleep(0)
    places.give_back()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert places.running == 0


async def test_not_too_many_wait_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "QUEUE", 1)
    places = ConcurrencyLimit(1)
    assert places.take()
    waiting = asyncio.create_task(places.wait(0.01))
    await asyncio.sleep(0)
    with pytest.raises(BusyError, match="1 concurrent request, and 1 wait"):
        await places.wait(30)
    with pytest.raises(UpstreamTimeoutError, match="one of 1 places") as caught:
        await waiting
    assert not caught.value.ran
    assert "max_concurrent" in str(caught.value.hint)
    assert (places.running, places.waiting) == (1, 0)
    again = asyncio.create_task(places.wait(30))  # those that gave up take no room
    await asyncio.sleep(0)
    places.give_back()
    await again


async def test_who_asks_its_client_holds_no_place() -> None:
    places, answered = ConcurrencyLimit(1), asyncio.Event()

    async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        await answered.wait()
        return {"a": method}

    assert places.take()
    asking = asyncio.ensure_future(ReleasedWhileAsking(places, "", ask)("roots/list", {}))
    await asyncio.sleep(0)
    assert places.running == 0
    assert places.take()
    waiting = asyncio.create_task(places.wait(30))
    answered.set()
    assert await asking == {"a": "roots/list"}
    assert places.running == 2, "it goes on at once, however many there are"
    places.give_back()
    await asyncio.sleep(0)
    assert not waiting.done()
    places.give_back()
    await waiting
    assert places.running == 1


async def test_another_limit_lets_more_in() -> None:
    places = ConcurrencyLimit(1)
    assert places.take()
    waiting = [asyncio.create_task(places.wait(30)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    places.resize(2)
    await waiting[1]
    assert (places.running, places.waiting) == (2, 1)
    places.resize(1)
    places.give_back()
    assert not places.take()
    places.give_back()
    await waiting[2]
    assert places.running == 1
