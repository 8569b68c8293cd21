"""Where attacks and faults happen: a gateway with three servers, and what an attacker does with it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import psutil

from bench.client import Client, Target
from bench.rig import Gateway

#: How long an attack or a fault without an end of its own goes on, seconds.
SECONDS: Final = 5.0
STDIO: Final = (sys.executable, "-m", "tests.support.stdio_server")


@dataclass(frozen=True)
class Field:
    """The gateway with its servers ``good``, ``bad`` and ``process``."""

    gateway: Gateway
    pid: int
    #: The process of ``bad``.
    bad: int
    #: Keys besides the one of the victim.
    keys: tuple[str, ...]

    def target(self, tool: str, era: str = "handshake", key: int = 0) -> Target:
        """A tool as an attacker calls it."""
        return Target(tool, f"{self.gateway.home.url}/mcp", era, tool, self.pid, self.keys[key])

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection to the gateway."""
        return await asyncio.open_connection("127.0.0.1", self.gateway.home.port)


async def attempt(target: Target, work: Callable[[Client], Awaitable[Any]], seconds: float = 30.0) -> bool:
    """Whether ``work`` of a client succeeded."""
    async with aiohttp.ClientSession() as http:
        client = Client(http, target)
        with contextlib.suppress(TimeoutError, RuntimeError, aiohttp.ClientError):
            async with asyncio.timeout(seconds):
                await client.open()
                await work(client)
                return True
    return False


def server_processes(field: Field) -> list[psutil.Process]:
    """Those of the server ``process``."""
    found = []
    for each in psutil.Process(field.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "tests.support.stdio_server" in " ".join(each.cmdline()):
                found.append(each)
    return found


async def echo(client: Client) -> None:
    """Call the server ``process``."""
    await client.request("tools/call", {"name": "process__echo", "arguments": {}})


async def seconds_until(target: Target) -> float:
    """How long it takes until a call of it is answered; a minute at most."""
    began = time.perf_counter()
    params = {"name": target.tool, "arguments": {}}
    for _ in range(600):
        if await attempt(target, lambda client: client.request("tools/call", params)):
            break
        await asyncio.sleep(0.1)
    return time.perf_counter() - began
