"""A well-behaved client of another server, and what it notices of an attack or a fault.

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
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple

import aiohttp
import psutil

from bench.client import Client, Target

#: Between two of its calls, and between two looks at the memory, seconds.
_PAUSE: Final = 0.01
_LOOK: Final = 0.1


class Call(NamedTuple):
    """One of its calls; the moments are those of ``time.perf_counter``, which processes have in common."""

    began: float
    ended: float
    ok: bool


@dataclass(slots=True)
class Away:
    """From when to when the gateway could answer nobody."""

    since: float
    until: float
    #: When the first call that began after it was answered.
    back: float = float("inf")

    def has(self, call: Call) -> bool:
        """Whether ``call`` was under way meanwhile."""
        return call.began < self.back and call.ended > self.since


@dataclass(slots=True)
class Noticed:
    """What became of its calls, and the memory that the gateway took meanwhile."""

    calls: list[Call] = field(default_factory=list)
    rss: int = 0
    #: A line of more.
    remark: str = ""
    aways: list[Away] = field(default_factory=list)
    #: What is not as it has to be, apart from its calls.
    broken: list[str] = field(default_factory=list)

    def check(self, holds: bool, otherwise: str) -> None:
        """What has to hold whatever happens; ``otherwise`` says what is the case else."""
        if not holds:
            self.broken.append(otherwise)

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """The gateway is stopped or gone during the block: what calls meet then is counted apart."""
        away = Away(time.perf_counter(), float("inf"))
        self.aways.append(away)
        yield
        away.until = time.perf_counter()

    def take(self, calls: list[Call], rss: int) -> None:
        """What the client and its look at the memory saw."""
        self.calls, self.rss = calls, max(self.rss, rss)
        for away in self.aways:
            away.back = min((call.ended for call in calls if call.ok and call.began > away.until), default=float("inf"))

    def weigh(self, pid: int) -> None:
        """Look at the memory of another process, such as the next gateway, now."""
        self.rss = max(self.rss, psutil.Process(pid).memory_info().rss)

    @property
    def took(self) -> list[float]:
        """Milliseconds of those that succeeded."""
        return [(call.ended - call.began) * 1000 for call in self._counted() if call.ok]

    @property
    def failures(self) -> int:
        """How many failed."""
        return sum(not call.ok for call in self._counted())

    def _counted(self) -> list[Call]:
        return [call for call in self.calls if not any(away.has(call) for away in self.aways)]

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.took, n=100, method="inclusive")[98] if len(self.took) > 1 else float("inf")

    @property
    def back_after(self) -> float:
        """Seconds from the end of a fault to the first answer, at most."""
        return max((away.back - away.until for away in self.aways), default=0.0)

    def __str__(self) -> str:
        longest = max(self.took, default=float("inf"))
        parts = [f"p99 {self.p99:.0f} ms, longest {longest:.0f} ms"]
        parts += [f"{self.failures} of {len(self._counted())} failed", f"{self.rss / 2**20:.0f} MB"]
        if self.aways:
            lost = sum(not call.ok for call in self.calls) - self.failures
            parts.append(f"answers {self.back_after:.1f} s after a fault, {lost} calls failed during {len(self.aways)}")
        return "; ".join(filter(None, (", ".join(parts), self.remark, *self.broken)))


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
        if said:
            seen = json.loads(said)
            noticed.take([Call(*call) for call in seen["calls"]], seen["rss"])


async def _watch(target: Target) -> dict[str, Any]:
    noticed, process, ended = Noticed(), psutil.Process(target.pid), asyncio.Event()

    async def call() -> None:
        async with aiohttp.ClientSession() as http:
            client = Client(http, target)
            while not ended.is_set():
                began, ok = time.perf_counter(), False
                with contextlib.suppress(TimeoutError, RuntimeError, aiohttp.ClientError):
                    async with asyncio.timeout(30):
                        await client.call()
                        ok = True
                noticed.calls.append(Call(began, time.perf_counter(), ok))
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
    return asdict(noticed)


if __name__ == "__main__":
    url, key, pid = sys.argv[1:]
    print(json.dumps(asyncio.run(_watch(Target("victim", url, "stateless", "good__echo", int(pid), key)))))
