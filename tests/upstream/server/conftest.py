from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.server import current_lists
from mcptui.upstream.server.server import UpstreamServer
from tests.support.running_server import Starter, Watcher, ok
from tests.support.upstream import ScriptedUpstream


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream(tools={"t": ok}) as scripted:
        yield scripted


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
async def start(
    tools: ConnectionDeps, upstream: ScriptedUpstream, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Starter]:
    monkeypatch.setattr(current_lists, "COALESCE", 0.0)
    started: list[UpstreamServer] = []

    async def start(**more: Any) -> UpstreamServer:
        where: dict[str, Any] = {} if "command" in more else {"url": upstream.url}
        fresh = UpstreamServer(Server(name="s", **where | {"timeout": 5.0} | more), tools, watcher)
        started.append(fresh)
        fresh.start()
        if fresh.config.enabled:
            await fresh.asked(10)
        return fresh

    yield start
    await asyncio.gather(*(each.close() for each in started))
