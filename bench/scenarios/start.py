"""From the command to a healthy gateway, and from a changed state file to its effect."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Final

import aiohttp

from bench.client import Client
from bench.rig import Gateway, Rig, verdict, wait_until_open

TITLE: Final = "Start and change"
_SERVERS: Final = 20
_ROUNDS: Final = 3
_CHANGES: Final = 10


def run(rig: Rig) -> list[str]:
    """Seconds for both."""
    cold = rig.new_gateway("cold", {f"s{index}": "http://127.0.0.1:1/mcp" for index in range(_SERVERS)})
    starts = []
    for _ in range(_ROUNDS):
        starts.append(cold.start())
        cold.home("gateway", "stop")
    gateway = rig.new_gateway("changing", {"stateless": rig.upstream("stateless").url})
    gateway.start()
    wait_until_open(gateway.target("", "stateless", "stateless__echo"))
    return [
        f"- command to healthy, {_SERVERS} unreachable servers, the command line included: "
        + verdict(min(starts), 0.5, " s"),
        f"- a key disabled in the file until the gateway refuses it, median of {_CHANGES}: "
        + verdict(statistics.median(asyncio.run(_changes(gateway))), 0.1, " s"),
    ]


async def _changes(gateway: Gateway) -> list[float]:
    """How long each change of the file takes to be seen by a client."""
    file, took = gateway.home.config, []
    on = file.read_text(encoding="utf-8")
    off = on.replace("[keys.bench]\n", "[keys.bench]\nenabled = false\n", 1)
    target = gateway.target("", "stateless", "stateless__echo")
    async with aiohttp.ClientSession() as http:
        for index in range(_CHANGES):
            refused = index % 2 == 0
            file.write_text(off if refused else on, encoding="utf-8")
            started = time.perf_counter()
            while await _is_refused(Client(http, target)) is not refused:  # noqa: ASYNC110  a client asks
                await asyncio.sleep(0.002)
            took.append(time.perf_counter() - started)
    return took


async def _is_refused(client: Client) -> bool:
    try:
        await client.call()
    except RuntimeError:
        return True
    return False
