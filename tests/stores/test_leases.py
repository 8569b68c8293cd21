"""What every store of leases does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.stores.leases import Lease, LeaseStore, MemoryLeases

IMPLEMENTATIONS: Final[dict[str, Callable[[], LeaseStore]]] = {"memory": MemoryLeases}
each = pytest.mark.parametrize("opened", IMPLEMENTATIONS.values(), ids=list(IMPLEMENTATIONS))

Opened = Callable[[], LeaseStore]


async def acquired(store: LeaseStore, name: str = "a", limit: int = 1) -> Lease:
    lease = await store.acquire(name, limit, wait=False)
    assert lease is not None
    return lease


@each
async def test_beyond_the_limit_there_is_none(opened: Opened) -> None:
    store = opened()
    first = await acquired(store, limit=2)
    await acquired(store, limit=2)
    assert await store.acquire("a", 2, wait=False) is None
    await acquired(store, "b")
    await first.release()
    await first.release()
    await acquired(store, limit=2)
    assert await store.acquire("a", 2, wait=False) is None, "a second release gives nothing back"


@each
async def test_who_waits_gets_the_next_in_order(opened: Opened) -> None:
    store = opened()
    held = await acquired(store)
    waiting = [asyncio.create_task(store.acquire("a", 1, wait=True)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait([waiting[0]])
    await held.release()
    second = await waiting[1]
    assert second is not None
    assert not waiting[2].done()
    await second.release()
    assert await waiting[2] is not None


@each
async def test_one_that_was_given_to_somebody_who_left_is_free(opened: Opened) -> None:
    store = opened()
    held = await acquired(store)
    waiting = asyncio.create_task(store.acquire("a", 1, wait=True))
    await asyncio.sleep(0)
    await held.release()
    waiting.cancel()
    await asyncio.wait([waiting])
    await acquired(store)


@each
async def test_a_higher_limit_lets_those_in_who_wait(opened: Opened) -> None:
    store = opened()
    await acquired(store)
    waiting = asyncio.create_task(store.acquire("a", 1, wait=True))
    await asyncio.sleep(0)
    await acquired(store, limit=3)
    assert await waiting is not None
    assert await store.acquire("a", 3, wait=False) is None


@each
@given(st.lists(st.sampled_from(["acquire", "release", "cancel"]), max_size=60), st.integers(1, 4))
async def test_never_more_than_the_limit_and_none_waits_beside_a_free_one(
    opened: Opened, steps: list[str], limit: int
) -> None:
    store = opened()
    tasks: list[asyncio.Task[Lease | None]] = []

    def held() -> list[asyncio.Task[Lease | None]]:
        return [task for task in tasks if task.done()]

    for step in steps:
        if step == "acquire":
            tasks.append(asyncio.create_task(store.acquire("a", limit, wait=True)))
        elif step == "release" and held():
            tasks.remove(done := held()[0])
            lease = done.result()
            assert lease is not None
            await lease.release()
        elif step == "cancel" and len(held()) < len(tasks):
            tasks[-1].cancel()
            await asyncio.wait([tasks.pop()])
        for _ in range(3):
            await asyncio.sleep(0)
        assert len(held()) == min(limit, len(tasks))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_name_in_no_use_takes_no_room() -> None:
    store = MemoryLeases()
    await (await acquired(store)).release()
    assert len(store) == 0


async def test_a_name_that_somebody_waits_for_is_kept() -> None:
    store = MemoryLeases()
    held = await acquired(store)
    waiting = asyncio.create_task(store.acquire("a", 1, wait=True))
    await asyncio.sleep(0)
    await held.release()
    assert len(store) == 1
    lease = await waiting
    assert lease is not None
    await lease.release()
    assert len(store) == 0


async def test_leases_of_a_process_need_no_renewing() -> None:
    store = MemoryLeases()
    await acquired(store)
    await store.renew()
    assert await store.acquire("a", 1, wait=False) is None
