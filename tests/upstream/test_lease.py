from __future__ import annotations

import asyncio

from mcptui.upstream.call import ClientBehind
from mcptui.upstream.lease import Lease, Owner
from tests.support.fake_connection import FakeConnection


async def test_whoever_gives_it_back_last_frees_it() -> None:
    lease, freed = Lease(Owner("a"), FakeConnection(), ClientBehind(None)), 0

    def free() -> None:
        nonlocal freed
        freed += 1

    lease.freed = free
    assert lease.take() is lease.take()
    waiting = asyncio.create_task(lease.unused(None))
    await asyncio.sleep(0)
    lease.give_back()
    assert (lease.users, freed, waiting.done()) == (1, 0, False)
    lease.give_back()
    assert (lease.users, freed) == (0, 1)
    await waiting


async def test_it_is_waited_for_no_longer_than_is_said() -> None:
    lease = Lease(Owner("a"), FakeConnection(), ClientBehind(None)).take()
    await lease.unused(0.0)
    assert lease.users == 1
