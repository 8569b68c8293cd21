from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from mcptui.tasks import LARGE, beside_others, start_task


async def _wait(event: asyncio.Event) -> str:
    await event.wait()
    return "done"


async def _fail() -> None:
    raise ValueError("broken")


async def test_a_task_has_its_name_and_lives_without_a_reference() -> None:
    event, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await _wait(event)
        ended.set()

    assert start_task(work(), name="work").get_name() == "work"
    gc.collect()
    event.set()
    await asyncio.wait_for(ended.wait(), 5)


async def test_what_nobody_takes_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    await asyncio.wait([start_task(_fail(), name="lonely")])
    assert "unexpected error in the task 'lonely'" in caplog.text
    assert "ValueError: broken" in caplog.text


async def test_who_awaits_gets_the_outcome_and_the_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    event = asyncio.Event()
    event.set()
    assert await start_task(_wait(event), name="read", awaited=True) == "done"
    with pytest.raises(ValueError, match="broken"):
        await start_task(_fail(), name="read", awaited=True)
    assert caplog.text == ""


async def test_a_cancelled_task_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    task = start_task(_wait(asyncio.Event()), name="cancelled")
    task.cancel()
    await asyncio.wait([task])
    assert caplog.text == ""


@pytest.mark.parametrize(("size", "is_apart"), [(0, False), (LARGE - 1, False), (LARGE, True)])
async def test_large_work_is_done_in_a_thread(size: int, is_apart: bool) -> None:
    thread = await beside_others(size, threading.get_ident)
    assert (thread != threading.get_ident()) is is_apart


async def test_two_large_works_at_most_are_done_at_once() -> None:
    begun, may_end = threading.Semaphore(0), threading.Event()
    running: list[int] = []

    def work() -> int:
        running.append(1)
        begun.release()
        may_end.wait(20)
        return len(running)

    works = asyncio.gather(*(beside_others(LARGE, work) for _ in range(8)))
    for _ in range(2):
        await asyncio.to_thread(begun.acquire, timeout=20)
    assert await asyncio.to_thread(threading.get_ident), "other work in threads waits for none of it"
    assert len(running) == 2
    may_end.set()
    assert max(await works) == 8
