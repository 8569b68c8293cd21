"""Two starts of a command that may install something: one after the other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.first_starts import FirstStarts, Started

SERVER = Server(name="a", command="npx", args=("-y", "pkg"))


class Starter:
    """Starts under way, each ended by hand."""

    def __init__(self) -> None:
        self.under_way: list[asyncio.Future[str]] = []
        #: Clear it, and no process runs before it is set.
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, started: Started) -> str:
        process: Any = f"process {len(self.under_way)}"
        self.under_way.append(asyncio.get_running_loop().create_future())
        await self.go.wait()
        started(process)
        return await self.under_way[-1]


@pytest.fixture
def starter() -> Starter:
    return Starter()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def begin(starts: FirstStarts, starter: Starter, told: list[Any], server: Server = SERVER) -> asyncio.Task[str]:
    return asyncio.ensure_future(starts.run(server, starter, told.append))


async def test_the_second_waits_sees_the_output_of_the_first_and_starts_its_own(starter: Starter) -> None:
    starts, told = FirstStarts(), [[], []]  # type: ignore[var-annotated]
    first = begin(starts, starter, told[0])
    await settled()
    second = begin(starts, starter, told[1], Server(name="b", command="npx", args=("-y", "pkg"), env={"A": "1"}))
    await settled()
    assert (len(starter.under_way), told) == (1, [["process 0"], ["process 0"]])
    starter.under_way[0].set_result("one")
    await settled()
    starter.under_way[1].set_result("two")
    assert await first == "one"
    assert await second == "two"
    assert told[1] == ["process 0", "process 1"]


async def test_who_waits_before_the_process_runs_is_told_when_it_does(starter: Starter) -> None:
    starts, told = FirstStarts(), [[], []]  # type: ignore[var-annotated]
    starter.go.clear()
    tasks = [begin(starts, starter, told[0])]
    await settled()
    tasks.append(begin(starts, starter, told[1]))
    await settled()
    starter.go.set()
    await settled()
    assert told == [["process 0"], ["process 0"]]
    starter.under_way[0].set_exception(UpstreamError("no such package"))
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_once_answered_nobody_waits(starter: Starter) -> None:
    starts = FirstStarts()
    first = begin(starts, starter, [])
    await settled()
    starter.under_way[0].set_result("one")
    await first
    later = [begin(starts, starter, []) for _ in range(2)]
    await settled()
    assert len(starter.under_way) == 3
    for future in starter.under_way[1:]:
        future.set_result("more")
    assert await asyncio.gather(*later) == ["more", "more"]


async def test_another_command_waits_for_nobody(starter: Starter) -> None:
    starts = FirstStarts()
    tasks = [begin(starts, starter, []), begin(starts, starter, [], Server(name="c", command="uvx", args=("pkg",)))]
    await settled()
    assert len(starter.under_way) == 2
    for future in starter.under_way:
        future.set_result("")
    await asyncio.gather(*tasks)


async def test_a_failure_is_that_of_all_alike_and_another_environment_tries_itself(starter: Starter) -> None:
    starts = FirstStarts()
    first = begin(starts, starter, [])
    await settled()
    alike = begin(starts, starter, [], Server(name="b", command="npx", args=("-y", "pkg")))
    other = begin(starts, starter, [], Server(name="b", command="npx", args=("-y", "pkg"), env={"TOKEN": "x"}))
    await settled()
    starter.under_way[0].set_exception(UpstreamError("no such package"))
    await settled()
    starter.under_way[1].set_result("worked")
    for task in (first, alike):
        with pytest.raises(UpstreamError, match="no such package"):
            await task
    assert await other == "worked"


async def test_one_that_is_given_up_lets_the_next_one_try(starter: Starter) -> None:
    starts = FirstStarts()
    first = begin(starts, starter, [])
    await settled()
    second = begin(starts, starter, [])
    await settled()
    first.cancel()
    await settled()
    starter.under_way[1].set_result("two")
    assert await second == "two"
