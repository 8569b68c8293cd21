"""The state of a server in words, and what it means for calls."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from mcptui.model.auth import BearerToken
from mcptui.secrets.memory import MemoryStore
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.server.breaker import THRESHOLD
from tests.support.running_server import Starter, Watcher, use
from tests.support.upstream import ScriptedUpstream


async def test_one_tool_that_fails_says_nothing_of_the_others(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()

    async def broken(request: web.Request) -> web.Response | None:
        message = await request.json() if request.method == "POST" else {}
        is_broken = message.get("params", {}).get("name") == "broken"
        return web.Response(status=500, text="disk full") if is_broken else None

    upstream.raw = broken
    for _ in range(THRESHOLD + 1):
        with pytest.raises(UpstreamError, match="disk full"):
            await use(running, name="broken")
        assert await use(running)
    assert running.status().state == "ready"


async def test_a_server_that_is_down_answers_at_once_and_keeps_its_lists(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    running = await start()

    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=503)

    upstream.raw = broken
    failure = ""
    async with asyncio.timeout(10):
        while "unreachable since" not in failure:
            arrived = len(upstream.messages("tools/call"))
            with pytest.raises(UpstreamError, match="503") as caught:
                await use(running)
            failure = caught.value.message
    assert len(upstream.messages("tools/call")) == arrived
    assert running.status().state == "unreachable"
    assert [tool["name"] for tool in running.lists.tools] == ["t"]
    upstream.raw = None
    await watcher.until(lambda: running.status().state == "ready")
    assert await use(running)


async def test_a_missing_secret_and_a_refused_credential_are_told_apart(
    start: Starter, upstream: ScriptedUpstream, secrets: MemoryStore
) -> None:
    running = await start(auth=BearerToken(auth_value="${secret:server/s/token}"))
    assert running.status().state == "needs_secret"
    assert "server/s/token" in str(running.status().reason)

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=401)

    upstream.raw = refuse
    secrets.set("server/s/token", "wrong-canary")
    other = await start(auth=BearerToken(auth_value="${secret:server/s/token}"))
    assert other.status().state == "needs_login"
    assert "canary" not in repr(other.status())
