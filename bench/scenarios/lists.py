"""``tools/list`` of many servers, beside an application that sends the same bytes and does nothing else."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

import aiohttp

from bench.client import Client, Target
from bench.rig import Rig, cpu_seconds, verdict

TITLE: Final = "Lists"
_SERVERS: Final = 50
_TOOLS: Final = 20
#: CPU time is told in hundredths of a second.
_COUNT: Final = 2000
_ROUNDS: Final = 4


def run(rig: Rig) -> list[str]:
    """CPU of a list that is cached."""
    url = rig.upstream("list").url
    gateway = rig.new_gateway("lists", {f"s{index}": f"{url}?{index}" for index in range(_SERVERS)})
    gateway.start()
    ours = gateway.target("mcptui", "stateless")
    body = asyncio.run(_complete(ours))
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        bare = rig.program("bench.fixed", file.name)
    floor = Target("bare", bare.url, "stateless", "", bare.pid)
    best = {ours.name: float("inf"), floor.name: float("inf")}
    for _ in range(_ROUNDS):
        for target in (ours, floor):
            best[target.name] = min(best[target.name], asyncio.run(_cpu_us(target)))
    return [
        f"{_SERVERS} servers × {_TOOLS} tools, {len(body) / 1024:.0f} KiB.",
        "",
        f"- CPU µs a list: mcptui {best['mcptui']:.0f}, the same bytes from a bare application {best['bare']:.0f}: "
        + verdict(best["mcptui"] / best["bare"], 2.0),
    ]


async def _complete(target: Target) -> bytes:
    """The list, once it has the tools of every server."""
    deadline = time.monotonic() + 60
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < deadline:
            body = await Client(http, target).request("tools/list", {})
            if body.count(b'"inputSchema"') == _SERVERS * _TOOLS:
                return body
            await asyncio.sleep(0.2)
    raise RuntimeError("the list stays incomplete")


async def _cpu_us(target: Target) -> float:
    async with aiohttp.ClientSession() as http:
        client = Client(http, target)
        await client.request("tools/list", {})
        before = cpu_seconds(target.pid)
        for _ in range(_COUNT):
            await client.request("tools/list", {})
        return (cpu_seconds(target.pid) - before) / _COUNT * 1e6
