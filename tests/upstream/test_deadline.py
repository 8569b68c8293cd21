from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from mcptui.upstream import deadline
from mcptui.upstream.deadline import Deadline


async def test_it_ends_a_wait() -> None:
    with pytest.raises(TimeoutError), Deadline(0.01, 10):
        await asyncio.Event().wait()


async def test_what_is_heard_extends_it_up_to_a_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    with Deadline(10, 30) as limit:
        began = loop.time()
        for passed, ends in ((5, 15), (14, 24), (23, 30), (29, 30)):
            with monkeypatch.context() as clock:
                clock.setattr(loop, "time", lambda passed=passed: began + passed)
                limit.extend()
            assert limit._ends == pytest.approx(began + ends, abs=1)


async def test_too_late_is_no_error() -> None:
    with Deadline(5, 10) as limit:
        limit.extend()
    limit.extend()
    late = Deadline(0, 10)

    async def hear_something_late() -> None:
        with late:
            try:
                await asyncio.Event().wait()
            finally:
                late.extend()

    with pytest.raises(TimeoutError):
        await hear_something_late()
    late.extend()
    Deadline(1, 10).extend()


async def test_it_stands_still_while_the_client_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = asyncio.Event()
    with Deadline(0.01, 10) as limit:
        limit.hold()
        limit.hold()
        limit.resume()
        limit.extend()  # one answer is still waited for
        asyncio.get_running_loop().call_later(0.05, answered.set)
        await answered.wait()
        limit.resume()
    monkeypatch.setattr(deadline, "ANSWER", 0.0)

    async def wait_for_an_answer() -> None:
        with Deadline(60, 60) as limit:
            limit.hold()
            await asyncio.Event().wait()

    async def go_on_after_the_answer() -> None:
        monkeypatch.setattr(deadline, "ANSWER", 60.0)
        with Deadline(0.01, 10) as limit:
            limit.hold()
            limit.resume()
            await asyncio.Event().wait()

    for ends in (wait_for_an_answer, go_on_after_the_answer):
        with pytest.raises(TimeoutError):
            await ends()


async def end_of(limit: Deadline, happens: Callable[[Deadline], None] = lambda _: None) -> str:
    """What is said when nothing more comes."""

    async def wait() -> None:
        with limit:
            happens(limit)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await wait()
    return str(limit.error("tools/call"))


async def test_it_says_which_limit_was_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def progress_later(limit: Deadline) -> None:
        loop = asyncio.get_running_loop()
        with monkeypatch.context() as clock:
            clock.setattr(loop, "time", lambda now=loop.time(): now + 1)
            limit.extend()

    assert "within 0.01 s" in await end_of(Deadline(0.01, 60))
    assert "within 0.02 s, only progress" in await end_of(Deadline(0.01, 0.02), progress_later)
    monkeypatch.setattr(deadline, "ANSWER", 0.01)
    assert "the server's question was not answered" in await end_of(Deadline(60, 60), Deadline.hold)
