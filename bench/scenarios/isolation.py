"""Calls to a healthy server, alone and beside servers in trouble that are being called."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
from typing import Final

import aiohttp

from bench.client import Client, calls
from bench.rig import Rig, verdict

TITLE: Final = "A healthy server beside others"
_CALLS: Final = 2000
_ROUNDS: Final = 3


def run(rig: Rig) -> list[str]:
    """p50 and p99 of the healthy one; the best of several rounds, which take turns."""
    healthy = rig.gateway.target("healthy", "stateless", "stateless__echo")
    alone, beside = [float("inf")] * 2, [float("inf")] * 2
    for _ in range(_ROUNDS):
        for best, took in (
            (alone, asyncio.run(calls(healthy, _CALLS))),
            (beside, asyncio.run(_beside(rig, "hanging__echo", "dead__echo", "flapping__echo"))),
        ):
            cuts = statistics.quantiles(took, n=100)
            best[:] = min(best[0], cuts[49]), min(best[1], cuts[98])
    shown = f"p50 {alone[0]:.2f} → {beside[0]:.2f} ms, p99 {alone[1]:.2f} → {beside[1]:.2f} ms"
    return [f"- beside a hanging, a dead and a flapping one: {shown}: {verdict(beside[1] / alone[1], 1.2, ' ×')}"]


async def _beside(rig: Rig, *tools: str) -> list[float]:
    async def stuck(tool: str) -> None:
        async with aiohttp.ClientSession() as http:
            client = Client(http, rig.gateway.target(tool, "stateless", tool))
            while True:
                with contextlib.suppress(RuntimeError, aiohttp.ClientError):
                    await client.call()
                await asyncio.sleep(0.05)

    others = [asyncio.create_task(stuck(tool)) for tool in tools]
    try:
        return await calls(rig.gateway.target("healthy", "stateless", "stateless__echo"), _CALLS)
    finally:
        for task in others:
            task.cancel()
