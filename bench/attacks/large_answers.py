"""Large answers: many at once, read slowly, kept, or never complete."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final

import aiohttp

from bench.attacks.field import SECONDS, Field, attempt, seconds_until
from bench.attacks.victim import Noticed
from bench.client import Client, Target


async def slow_readers(field: Field, noticed: Noticed) -> None:
    """C9: four times a second a key asks for 16 MB, and reads 10 kB of it a second."""

    async def read(number: int) -> None:
        await asyncio.sleep(number / 4)
        target = field.target("bad__large", key=number % 2)
        async with aiohttp.ClientSession(read_bufsize=1_024) as http:
            client = Client(http, target)
            with contextlib.suppress(TimeoutError, RuntimeError, aiohttp.ClientError):
                async with asyncio.timeout(5 * SECONDS):
                    await client.open()
                    params = {"name": target.tool, "arguments": {}}
                    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
                    async with http.post(target.url, json=body, headers=client.headers) as got:
                        async for _ in got.content.iter_chunked(1_024):
                            await asyncio.sleep(0.1)

    await asyncio.gather(*(read(number) for number in range(80)))
    took = await seconds_until(field.target("bad__ok"))
    noticed.check(took < 5, "their server is not used any more")
    noticed.remark = f"the next call of their server took {took:.1f} s"


async def kept_answers(field: Field, noticed: Noticed) -> None:
    """C10: 60 sessions have an answer of 16 MB each on a stream, which is kept for a client that comes back."""
    target = field.target("bad__told")
    answered = [await attempt(target, Client.call) for _ in range(60)]
    noticed.check(all(answered), "not all of them were answered")
    noticed.remark = f"{answered.count(True)} of 60 were answered"


async def _read_large(target: Target) -> bool:
    """Whether 16 MB were read."""
    async with aiohttp.ClientSession() as http:
        client = Client(http, target)
        with contextlib.suppress(TimeoutError, RuntimeError, aiohttp.ClientError):
            async with asyncio.timeout(60):
                await client.open()
                return await client.size_of_call() > 16 * 2**20
    return False


async def stalled_answers(field: Field, noticed: Noticed) -> None:
    """C12: the answers to 50 calls of a key stop after 8 of 16 MB; another key asks the same server for large ones."""
    stalled = [asyncio.create_task(_read_large(field.target("bad__stalls"))) for _ in range(50)]
    times = []
    for _ in range(4):
        await asyncio.sleep(SECONDS / 2)
        asked = time.perf_counter()
        noticed.check(await _read_large(field.target("bad__large", key=1)), "another key was not answered")
        times.append(time.perf_counter() - asked)
    for task in stalled:
        task.cancel()
    await asyncio.gather(*stalled, return_exceptions=True)
    noticed.check(max(times) < 5, "another key waits for them")
    noticed.remark = f"another key waited {max(times):.1f} s at most"


async def large_answers(field: Field, noticed: Noticed) -> None:
    """C11: 50 calls of a key at once are answered with 16 MB, half of them on a stream; it reads as fast as it can."""
    began = time.perf_counter()
    reading = [asyncio.create_task(_read_large(field.target(tool))) for tool in 25 * ("bad__large", "bad__told")]
    await asyncio.sleep(SECONDS / 2)
    asked = time.perf_counter()
    is_answered = await _read_large(field.target("bad__large", key=1))
    took = time.perf_counter() - asked
    answered = await asyncio.gather(*reading)
    noticed.check(is_answered and all(answered), "not all of them were answered")
    noticed.check(took < 5, "another key waits for all of them")
    noticed.remark = (
        f"{answered.count(True)} of 50 were answered in {time.perf_counter() - began:.1f} s, another key's "
    )
    noticed.remark += f"16 MB of the same server in {took:.1f} s"


LARGE_ANSWERS: Final = {
    "C9": slow_readers, "C10": kept_answers, "C11": large_answers, "C12": stalled_answers,
}  # fmt: skip
