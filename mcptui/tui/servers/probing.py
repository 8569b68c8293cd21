"""Tests of servers by the gateway, one or several at a time, each with its outcome in a line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.protocol.text import counted
from mcptui.services.ports import GatewayPort
from mcptui.tui.text.tone import Tone

#: How many are tested at the same time: each may start a process.
AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a test is: a word, what it found or why it failed, and the tone of both."""

    word: str
    detail: str = ""
    tone: Tone = "muted"

    @property
    def has_failed(self) -> bool:
        """Whether the test failed."""
        return self.tone == "bad"


RUNNING: Final = Outcome("…")


async def probe_all(gateway: GatewayPort, servers: Iterable[Server], show: Callable[[str, Outcome], None]) -> None:
    """Test ``servers``, some at a time; ``show`` is told each outcome by the name of its server."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(server: Server) -> None:
        async with places:
            show(server.name, RUNNING)
            show(server.name, await probed(gateway, server))

    async with asyncio.TaskGroup() as tasks:
        for server in servers:
            tasks.create_task(one(server), name=f"probe {server.name}")


async def probed(gateway: GatewayPort, server: Server) -> Outcome:
    """The outcome of one test."""
    try:
        async for step in gateway.probe(server):
            if step.status == "failed":
                return Outcome("✗ failed", f"{step.title}: {step.detail} {step.hint or ''}", "bad")
            if step.step == "done" and step.result is not None:
                return Outcome("✓ ok", counted(len(step.result.get("tools", [])), "tool"), "ok")
    except McptuiError as error:
        return Outcome("✗ failed", f"{error.message} {error.hint or ''}", "bad")
    return Outcome("✗ failed", "no answer", "bad")
