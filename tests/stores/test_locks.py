"""What every store of locks does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import pytest

from mcptui.stores.locks import LockStore, MemoryLocks

IMPLEMENTATIONS: Final[dict[str, Callable[[], LockStore]]] = {"memory": MemoryLocks}
each = pytest.mark.parametrize("opened", IMPLEMENTATIONS.values(), ids=list(IMPLEMENTATIONS))


@each
async def test_one_at_a_time_holds_a_name(opened: Callable[[], LockStore]) -> None:
    store, inside, order = opened(), 0, list[int]()

    async def work(number: int) -> None:
        nonlocal inside
        async with store.held("a"):
            inside += 1
            assert inside == 1
            order.append(number)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*map(work, range(5)))
    assert sorted(order) == list(range(5))


@each
async def test_names_do_not_wait_for_each_other(opened: Callable[[], LockStore]) -> None:
    store = opened()
    async with asyncio.timeout(10), store.held("a"), store.held("b"):
        pass


@each
async def test_who_fails_or_is_cancelled_holds_nothing(opened: Callable[[], LockStore]) -> None:
    store = opened()

    async def forever() -> None:
        async with store.held("a"):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(forever()) for _ in range(2)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    with pytest.raises(ZeroDivisionError):
        async with store.held("a"):
            raise ZeroDivisionError
    async with asyncio.timeout(10), store.held("a"):
        pass


async def test_a_name_in_no_use_takes_no_room() -> None:
    store = MemoryLocks()
    async with store.held("a"):
        assert len(store) == 1
    assert len(store) == 0
