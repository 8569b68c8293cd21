from __future__ import annotations

import asyncio

import pytest

from mcptui.upstream import deadline
from mcptui.upstream.deadline import Deadline


async def test_it_ends_a_wait() -> None:
    with pytest.raises(TimeoutError):
        async with Deadline(0.01):
            await asyncio.Event().wait()


async def test_what_is_heard_extends_it_up_to_a_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "MOST", 3)
    loop = asyncio.get_running_loop()
    async with Deadline(10) as limit:
        began = loop.time()
        for passed, ends in ((5, 15), (14, 24), (23, 30), (29, 30)):
            with monkeypatch.context() as clock:
                clock.setattr(loop, "time", lambda passed=passed: began + passed)
                limit.extend()
            assert limit._timeout.when() == pytest.approx(began + ends, abs=1)


async def test_too_late_is_no_error() -> None:
    async with Deadline(5) as limit:
        limit.extend()
    limit.extend()
    late = Deadline(0)

    async def hear_something_late() -> None:
        async with late:
            try:
                await asyncio.Event().wait()
            finally:
                late.extend()

    with pytest.raises(TimeoutError):
        await hear_something_late()
    late.extend()
    Deadline(1).extend()


async def test_it_stands_still_while_the_client_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = asyncio.Event()
    async with Deadline(0.01) as limit:
        limit.hold()
        limit.hold()
        limit.resume()
        limit.extend()  # one answer is still waited for
        asyncio.get_running_loop().call_later(0.05, answered.set)
        await answered.wait()
        limit.resume()
    monkeypatch.setattr(deadline, "ANSWER", 0.0)

    async def wait_for_an_answer() -> None:
        async with Deadline(60) as limit:
            limit.hold()
            await asyncio.Event().wait()

    async def go_on_after_the_answer() -> None:
        monkeypatch.setattr(deadline, "ANSWER", 60.0)
        async with Deadline(0.01) as limit:
            limit.hold()
            limit.resume()
            await asyncio.Event().wait()

    for ends in (wait_for_an_answer, go_on_after_the_answer):
        with pytest.raises(TimeoutError):
            await ends()
