"""A block of a task that ends when its access is lost."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.lifetime.work import AccessEndedError, AccessLostError, DisconnectedError, Work
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.state.loaded import Loaded
from tests.support.gateway import key, state

ME = KeyPrincipal("me")


def snapshot(*, enabled: bool) -> Snapshot:
    return Snapshot(Loaded(state(key("me", enabled=enabled)), "revision"))


async def test_lost_access_ends_the_block_and_not_the_task() -> None:
    lifetimes = Lifetimes(snapshot(enabled=True))
    asyncio.get_running_loop().call_soon(lifetimes.use, snapshot(enabled=False))
    with pytest.raises(AccessEndedError), Work(lifetimes, ME):
        await asyncio.Event().wait()
    assert len(lifetimes) == 0
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


async def test_disconnecting_ends_the_block_for_another_reason() -> None:
    lifetimes = Lifetimes(snapshot(enabled=True))
    asyncio.get_running_loop().call_soon(lifetimes.disconnect, lambda _: True)
    with pytest.raises(DisconnectedError), Work(lifetimes, ME):
        await asyncio.Event().wait()
    assert len(lifetimes) == 0


async def test_without_access_the_block_does_not_begin() -> None:
    began = False
    with pytest.raises(AccessLostError) as caught, Work(Lifetimes(snapshot(enabled=False)), ME):
        began = True
    assert not isinstance(caught.value, AccessEndedError)
    assert not began


async def test_what_a_snapshot_has_allowed_is_asked_again_only_of_a_newer_one() -> None:
    asked: list[Snapshot] = []

    def still_valid(newest: Snapshot) -> bool:
        asked.append(newest)
        return True

    before, after = snapshot(enabled=True), snapshot(enabled=True)
    lifetimes = Lifetimes(before)
    with Work(lifetimes, ME, still_valid, before):
        pass
    assert not asked
    lifetimes.use(after)
    with Work(lifetimes, ME, still_valid, before):
        pass
    assert asked == [after]


async def test_any_other_cancellation_goes_on() -> None:
    lifetimes = Lifetimes(snapshot(enabled=True))

    async def work() -> None:
        with Work(lifetimes, ME):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(lifetimes) == 0


async def test_errors_of_the_block_are_its_own() -> None:
    lifetimes = Lifetimes(snapshot(enabled=True))
    with pytest.raises(ZeroDivisionError), Work(lifetimes, ME):
        raise ZeroDivisionError
    assert len(lifetimes) == 0


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
async def test_work_that_is_done_is_freed_without_the_collector_of_cycles() -> None:
    lifetimes = Lifetimes(snapshot(enabled=True))
    call = Call()
    work = Work(lifetimes, ME, call.is_allowed)
    with work:
        pass
    freed = weakref.ref(call)
    del work, call
    assert freed() is None


class Call:
    """What work is done for."""

    def is_allowed(self, _: Snapshot) -> bool:
        return True
