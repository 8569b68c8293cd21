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
    began = loop.time()

    async def keep_talking() -> None:
        async with Deadline(0.05) as limit:
            while True:
                await asyncio.sleep(0)
                limit.extend()

    with pytest.raises(TimeoutError):
        await keep_talking()
    assert loop.time() - began >= 0.14, "three times the seconds, less what a clock may be off"


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
