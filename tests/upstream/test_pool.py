from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcptui.upstream import pool as module
from mcptui.upstream.call import ClientBehind
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.lease import CATALOGUE, Lease, Owner
from mcptui.upstream.pool import STARTED_AT_ONCE, Pool, PoolFullError
from tests.support.clock import Moment
from tests.support.fake_connection import FakeConnection

A, B, C = Owner("a"), Owner("b"), Owner("c", "session")


def opener(owner: Owner) -> Callable[[], Awaitable[Lease]]:
    async def opened() -> Lease:
        return Lease(owner, FakeConnection(), ClientBehind(None))

    return opened


@pytest.fixture
def pool() -> Pool:
    return Pool(limit=2)


async def open_(pool: Pool, owner: Owner) -> tuple[Lease, FakeConnection]:
    lease = await pool.open(owner, opener(owner))
    lease.give_back()
    assert isinstance(lease.connection, FakeConnection)
    return lease, lease.connection


async def test_one_connection_an_owner(pool: Pool) -> None:
    first, _ = await open_(pool, A)
    again, _ = await open_(pool, A)
    other, _ = await open_(pool, B)
    assert first is again
    assert other is not first


async def test_many_who_wait_open_once(pool: Pool) -> None:
    go, count = asyncio.Event(), 0

    async def slowly() -> Lease:
        nonlocal count
        count += 1
        await go.wait()
        return await opener(A)()

    waiting = [asyncio.create_task(pool.open(A, slowly)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # one that gives up costs the others nothing
    go.set()
    leases = await asyncio.gather(*waiting[1:])
    assert count == 1
    assert len(set(leases)) == 1


async def test_a_failed_opening_is_tried_again(pool: Pool) -> None:
    async def broken() -> Lease:
        raise UpstreamError("no")

    with pytest.raises(UpstreamError, match="no"):
        await pool.open(A, broken)
    await open_(pool, A)


async def test_a_dead_connection_is_not_found_and_closed(pool: Pool) -> None:
    _, connection = await open_(pool, A)
    connection.closed = True
    assert pool.find(A) is None
    lease, _ = await open_(pool, A)
    assert lease.connection is not connection


async def test_the_longest_unused_makes_room(pool: Pool) -> None:
    first, oldest = await open_(pool, A)
    second, _ = await open_(pool, B)
    first.last_used, second.last_used = 1.0, 2.0
    await open_(pool, C)
    assert oldest.closed
    assert pool.find(B) is second
    assert len(pool) == 2


async def test_connections_in_use_are_not_taken_away(pool: Pool) -> None:
    for owner in (A, B):
        (await open_(pool, owner))[0].users = 1
    with pytest.raises(PoolFullError, match="all 2 connections"):
        await open_(pool, C)


async def test_the_catalogue_connection_is_handed_to_its_first_user(pool: Pool) -> None:
    lease, _ = await open_(pool, CATALOGUE)
    assert pool.hand_over(CATALOGUE, A) is lease
    assert (pool.find(A), lease.owner) == (lease, A)
    assert pool.find(CATALOGUE) is None
    assert pool.hand_over(CATALOGUE, B) is None


async def test_idle_connections_are_closed_and_used_ones_stay(pool: Pool) -> None:
    idle, idle_connection = await open_(pool, A)
    busy, _ = await open_(pool, B)
    busy.users = 1
    idle.last_used -= 61
    busy.last_used -= 61
    await pool.close_idle(60)
    assert idle_connection.closings == 1
    assert pool.find(A) is None
    assert pool.find(B) is busy


async def test_what_is_kept_stays_and_what_closed_by_itself_is_forgotten(pool: Pool) -> None:
    kept, _ = await open_(pool, A)
    _, gone = await open_(pool, B)
    kept.last_used -= 61
    gone.closed = True
    await pool.close_idle(60, but=A)
    assert len(pool) == 1
    assert pool.find(A) is kept


async def test_close_by_owner(pool: Pool) -> None:
    _, a = await open_(pool, A)
    _, c = await open_(pool, C)
    await pool.close_where(lambda owner: owner.session == "session")
    assert (a.closed, c.closed) == (False, True)
    await pool.close(C)


async def test_closing_all_cancels_what_is_being_opened(pool: Pool) -> None:
    _, a = await open_(pool, A)
    waiting = asyncio.create_task(pool.open(B, asyncio.Event().wait))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await pool.close_all()
    assert a.closed
    with pytest.raises(UpstreamError, match="closed while it was opened"):
        await waiting
    assert len(pool) == 0


@pytest.mark.parametrize("ended", [lambda pool: pool.close_where(B.__eq__), lambda pool: pool.retire_where(B.__eq__)])
async def test_who_ends_while_a_connection_is_opened_gets_none(pool: Pool, ended: Any) -> None:
    waiting = [asyncio.create_task(pool.open(owner, opener(owner))) for owner in (A, B)]
    await asyncio.sleep(0)
    await ended(pool)
    with pytest.raises(UpstreamError, match="closed while it was opened"):
        await waiting[1]
    assert (await waiting[0]).owner == A
    assert pool.find(B) is None


async def test_what_something_is_expected_of_goes_last_and_never_for_being_idle(pool: Pool) -> None:
    kept, kept_connection = await open_(pool, A)
    kept.is_kept, kept.last_used = True, 0.0
    await pool.close_idle(60)
    other, other_connection = await open_(pool, B)
    await open_(pool, C)
    assert (kept_connection.closed, other_connection.closed) == (False, True)
    assert other is not kept


async def test_sessions_of_clients_last_as_long_as_these(pool: Pool) -> None:
    for owner in (A, C):
        (await open_(pool, owner))[0].last_used -= 61
    await pool.close_idle(60)
    assert [pool.find(owner) is not None for owner in (A, C)] == [False, True]


async def test_what_is_retired_closes_when_its_last_request_has_ended(pool: Pool) -> None:
    lease, used = await open_(pool, A)
    _, kept = await open_(pool, B)
    lease.users = 2
    retiring = asyncio.create_task(pool.retire_where(A.__eq__))
    await asyncio.sleep(0)
    assert pool.find(A) is None
    lease.give_back()
    await asyncio.sleep(0)
    assert used.closings == 0
    lease.give_back()
    await retiring
    assert (used.closings, kept.closings) == (1, 0)


async def test_what_never_ends_is_closed_all_the_same(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    lease, used = await open_(pool, A)
    lease.users = 1
    monkeypatch.setattr("mcptui.upstream.pool.CANCELLATION", 0.0)
    await pool.retire_where(A.__eq__)
    assert used.closed


async def test_nobody_gets_a_second_connection_handed_over(pool: Pool) -> None:
    catalogue, _ = await open_(pool, CATALOGUE)
    opening = asyncio.create_task(pool.open(A, opener(A)))
    await asyncio.sleep(0)
    assert pool.hand_over(CATALOGUE, A) is None, "one is being opened"
    lease = await opening
    assert pool.hand_over(CATALOGUE, A) is None, "one is open"
    assert (pool.find(A), pool.find(CATALOGUE)) == (lease, catalogue)


@pytest.mark.parametrize("already", [0, 1, 2])
async def test_of_those_that_open_at_once_only_the_ones_too_many_fail(pool: Pool, already: int) -> None:
    for owner in (A, B)[:already]:
        (await open_(pool, owner))[0].users = 1
    go = asyncio.Event()

    async def open_slowly(owner: Owner) -> Lease:
        await go.wait()
        return await opener(owner)()

    others = [Owner(f"other {number}") for number in range(3)]
    opening = [asyncio.create_task(pool.open(each, functools.partial(open_slowly, each))) for each in others]
    await asyncio.wait(opening[2 - already :])
    go.set()
    opened = await asyncio.gather(*opening, return_exceptions=True)
    assert [isinstance(each, Lease) for each in opened] == [number < 2 - already for number in range(3)]
    assert all(isinstance(each, PoolFullError) for each in opened[2 - already :])


async def test_those_that_open_at_once_each_have_a_place_made(pool: Pool) -> None:
    old = [(await open_(pool, owner))[1] for owner in (A, B)]
    await asyncio.gather(*(pool.open(each, opener(each)) for each in (C, CATALOGUE)))
    assert [connection.closings for connection in old] == [1, 1]
    assert len(pool) == 2


async def test_what_has_closed_by_itself_takes_no_place(pool: Pool) -> None:
    gone, gone_connection = await open_(pool, A)
    _, kept = await open_(pool, B)
    gone_connection.closed, gone.users = True, 1
    await open_(pool, C)
    assert not kept.closed


async def test_many_may_wait_until_a_connection_is_unused(pool: Pool) -> None:
    lease, _ = await open_(pool, A)
    lease.users = 1
    waiting = [asyncio.create_task(lease.unused(None)) for _ in range(2)]
    await asyncio.sleep(0)
    lease.give_back()
    await asyncio.gather(*waiting)


async def taken(pool: Pool, owner: Owner) -> Lease:
    """Handed out, and not used yet."""
    return await pool.open(owner, opener(owner), 60.0)


def waiting(pool: Pool, *owners: Owner) -> list[asyncio.Task[Lease]]:
    return [asyncio.create_task(taken(pool, owner)) for owner in owners]


async def turns(count: int = 10) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_connection_that_is_handed_out_is_not_taken_away(pool: Pool) -> None:
    first, second = await taken(pool, A), await taken(pool, B)
    (third,) = waiting(pool, C)
    await turns()
    assert not third.done()
    first.give_back()
    assert (await third).owner == C
    assert first.connection.closed
    assert pool.find(B) is second


@pytest.mark.parametrize("number", [3, 24])
async def test_however_many_want_one_all_get_one(pool: Pool, number: int) -> None:
    async def use(owner: Owner) -> None:
        for _ in range(4):
            lease = await taken(pool, owner)
            await turns(3)
            assert not lease.connection.closed, "somebody uses it"
            lease.give_back()

    await asyncio.gather(*(use(Owner(f"key {each}")) for each in range(number)))
    assert len(pool) == 2


async def test_who_holds_fewest_is_first(pool: Pool) -> None:
    held = [await taken(pool, A._replace(session=str(number))) for number in range(2)]
    mine, other = waiting(pool, A._replace(session="third"), B)
    await turns()
    held[0].give_back()
    await turns()
    assert other.done()
    assert not mine.done()
    held[1].give_back()
    await mine


async def test_one_principal_has_not_all() -> None:
    pool = Pool(limit=3, limit_of_one=lambda: 2)
    held = [await taken(pool, A._replace(session=str(number))) for number in range(2)]
    (third,) = waiting(pool, A._replace(session="third"))
    await turns()
    assert not third.done()
    await taken(pool, B)
    held[0].give_back()
    await third
    assert held[0].connection.closed


async def test_one_principal_does_not_end_those_of_others_who_have_fewer() -> None:
    pool = Pool(limit=3)
    _, kept = await open_(pool, B)
    for number in range(10):
        await open_(pool, A._replace(session=str(number)))
    assert not kept.closed


@pytest.mark.parametrize("is_found", [False, True])
async def test_who_gives_up_in_line_leaves_the_place_to_the_next(pool: Pool, is_found: bool) -> None:
    held = [await taken(pool, A), await taken(pool, B)]
    gone, next_ = waiting(pool, C, Owner("d"))
    await turns()
    if is_found:
        held[0].give_back()
    gone.cancel()
    await turns()
    assert gone.cancelled()
    if not is_found:
        held[0].give_back()
    assert (await next_).owner == Owner("d")
    held[1].give_back()
    assert (await taken(pool, C)).owner == C, "no place is lost"


async def test_who_gives_up_when_it_is_open_does_not_hold_it(pool: Pool) -> None:
    (gone,) = waiting(pool, A)
    lease = None
    while lease is None:
        await asyncio.sleep(0)
        lease = pool.find(A)
    gone.cancel()
    await turns()
    assert lease.users == 0


async def test_an_owner_opens_no_more_than_a_few_at_once_and_one_a_second() -> None:
    clock = Moment()
    pool = Pool(limit=16, clock=clock)
    opened = 0
    for number in range(52):
        owner = Owner("a", capabilities=str(number))
        with contextlib.suppress(PoolFullError):
            (await pool.open(owner, opener(owner))).give_back()
            opened += 1
        clock.now += 3.3 / 52
    assert 10 <= opened <= 14
    await open_(pool, B)
    for number in range(52):
        await open_(pool, CATALOGUE._replace(capabilities=str(number)))


async def test_a_few_processes_are_started_at_once() -> None:
    pool, go, starting = Pool(limit=16, clock=Moment()), asyncio.Event(), 0

    def starts(owner: Owner) -> Callable[[], Awaitable[Lease]]:
        async def start() -> Lease:
            nonlocal starting
            starting += 1
            await go.wait()
            starting -= 1
            return await opener(owner)()

        return start

    owners = [Owner(f"key {number}") for number in range(10)]
    opening = [asyncio.create_task(pool.open(owner, starts(owner))) for owner in owners]
    await turns()
    assert starting == STARTED_AT_ONCE
    go.set()
    await asyncio.gather(*opening)
    assert len(pool) == 10


async def test_one_that_takes_long_to_start_keeps_no_others_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START", 0.0)
    pool = Pool(limit=16, clock=Moment())
    hanging = [
        asyncio.create_task(pool.open(Owner(f"key {number}"), asyncio.Event().wait))  # type: ignore[arg-type]
        for number in range(STARTED_AT_ONCE)
    ]
    async with asyncio.timeout(10):
        await open_(pool, A)
    await pool.close_all()
    await asyncio.gather(*hanging, return_exceptions=True)
