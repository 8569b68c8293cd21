"""A well-behaved client of another server, and what it notices of an attack.

``python -m bench.attacks.victim URL KEY PID`` calls until its input ends, and prints what came of it: a process of its
own, which an attack does not hold up.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import psutil

from bench.client import Client, Target

#: Between two of its calls, and between two looks at the memory, seconds.
_PAUSE: Final = 0.01
_LOOK: Final = 0.1


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
        return statistics.quantiles(self.took, n=100, method="inclusive")[98] if len(self.took) > 1 else float("inf")

    def __str__(self) -> str:
        longest = max(self.took, default=float("inf"))
        text = f"p99 {self.p99:.0f} ms, longest {longest:.0f} ms, {self.failures} of {len(self.took) + self.failures}"
        return f"{text} failed, {self.rss / 2**20:.0f} MB" + (f"; {self.remark}" if self.remark else "")


@contextlib.asynccontextmanager
async def watching(target: Target) -> AsyncIterator[Noticed]:
    """Have ``target`` called all the time during the block."""
    pipe = asyncio.subprocess.PIPE
    arguments = ("-m", "bench.attacks.victim", target.url, target.key, str(target.pid))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    await process.stdout.readline()
    noticed = Noticed()
    try:
        yield noticed
    finally:
        said, _ = await process.communicate(b"")  # which ends its input
        for name, value in json.loads(said or b"{}").items():
            setattr(noticed, name, value)


async def _watch(target: Target) -> dict[str, Any]:
    noticed, process, ended = Noticed(), psutil.Process(target.pid), asyncio.Event()

    async def call() -> None:
        async with aiohttp.ClientSession() as http:
            client = Client(http, target)
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
            await asyncio.sleep(_LOOK)

    calling, weighing = asyncio.create_task(call()), asyncio.create_task(weigh())
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await asyncio.sleep(0.5)
    ended.set()
    await calling  # a call that hangs counts
    weighing.cancel()
    return {"took": noticed.took, "failures": noticed.failures, "rss": noticed.rss}


if __name__ == "__main__":
    url, key, pid = sys.argv[1:]
    print(json.dumps(asyncio.run(_watch(Target("victim", url, "stateless", "good__echo", int(pid), key)))))
