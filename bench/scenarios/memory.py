"""Memory of the gateway: idle, after many calls, with many sessions."""

from __future__ import annotations

import asyncio
from typing import Final

import aiohttp
import psutil

from bench.client import Client, calls
from bench.rig import Rig, wait_until_open

TITLE: Final = "Memory"
#: They fill the ring of recent calls and the records that wait for the disk: that is not growth.
_FIRST: Final = 10_000
_CALLS: Final = 40_000
_CLIENTS: Final = 10
#: What the allocator may take meanwhile, MiB: 50 bytes a call, less than the smallest object that could be kept.
_SLACK: Final = 2
_SESSIONS: Final = 2_000


def run(rig: Rig) -> list[str]:
    """Resident memory, MiB, of a gateway that did nothing else."""
    gateway = rig.new_gateway("memory", {"handshake": rig.upstream("handshake").url})
    gateway.start()
    target = gateway.target("memory", "handshake", "handshake__echo")
    wait_until_open(target)
    process = psutil.Process(gateway.pid)

    def mib() -> float:
        return process.memory_info().rss / 2**20

    async def open_sessions() -> None:
        async with aiohttp.ClientSession() as http:
            for _ in range(_SESSIONS):
                await Client(http, target).open()

    idle = mib()
    asyncio.run(calls(target, _FIRST // _CLIENTS, clients=_CLIENTS))
    some = mib()
    asyncio.run(calls(target, _CALLS // _CLIENTS, clients=_CLIENTS))
    many = mib()
    asyncio.run(open_sessions())
    return [
        f"- idle **{idle:.0f} MiB** (bar 52) {'met' if idle <= 52 else 'not met'}",
        f"- after {_FIRST:,} calls {some:.0f} MiB, after {_CALLS:,} more **{many:.0f} MiB** (bar: no growth) "
        + ("met" if many <= some + _SLACK else "not met"),
        f"- with {_SESSIONS:,} more sessions **{mib():.0f} MiB** (bar 250)",
    ]
