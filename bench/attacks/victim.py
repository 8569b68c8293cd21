"""A well-behaved client of another server, and what it notices of an attack."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import psutil

from bench.client import Client, Target

#: Between two of its calls, seconds.
_PAUSE = 0.01


@dataclass(slots=True)
class Noticed:
    """What became of its calls, and the memory that the gateway took meanwhile."""

    took: list[float] = field(default_factory=list)
    failures: int = 0
    rss: int = 0
    #: A line of more.
    remark: str = ""

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.took, n=100)[98] if len(self.took) > 1 else float("inf")

    def __str__(self) -> str:
        longest = max(self.took, default=float("inf"))
        text = f"p99 {self.p99:.0f} ms, longest {longest:.0f} ms, {self.failures} of {len(self.took) + self.failures}"
        return f"{text} failed, {self.rss / 2**20:.0f} MB" + (f"; {self.remark}" if self.remark else "")


@contextlib.asynccontextmanager
async def watching(target: Target) -> AsyncIterator[Noticed]:
    """Call ``target`` all the time during the block."""
    noticed, process, ended = Noticed(), psutil.Process(target.pid), asyncio.Event()

    async def call() -> None:
        async with aiohttp.ClientSession() as http:
            client = Client(http, target)
            await client.open()
            while not ended.is_set():
                started = time.perf_counter()
                try:
                    async with asyncio.timeout(30):
                        await client.call()
                except (TimeoutError, RuntimeError, aiohttp.ClientError):
                    noticed.failures += 1
                else:
                    noticed.took.append((time.perf_counter() - started) * 1000)
                await asyncio.sleep(_PAUSE)

    async def weigh() -> None:
        while True:
            with contextlib.suppress(psutil.Error):
                noticed.rss = max(noticed.rss, process.memory_info().rss)
            await asyncio.sleep(0.1)

    calling, weighing = asyncio.create_task(call()), asyncio.create_task(weigh())
    await asyncio.sleep(0.5)
    try:
        yield noticed
        await asyncio.sleep(0.5)
        ended.set()
        await asyncio.wait([calling])  # a call that hangs counts
    finally:
        for task in (calling, weighing):
            task.cancel()
        await asyncio.gather(calling, weighing, return_exceptions=True)
