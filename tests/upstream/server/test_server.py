"""The state of a server in words, and what it means for calls."""

from __future__ import annotations

import pytest
from aiohttp import web

from mcptui.model.auth import BearerToken
from mcptui.secrets.memory import MemoryStore
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.server.breaker import THRESHOLD
from tests.support.running_server import Starter, Watcher, use
from tests.support.upstream import ScriptedUpstream


async def test_a_server_that_is_down_answers_at_once_and_keeps_its_lists(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    running = await start()

    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=503)

    upstream.raw = broken
    for _ in range(THRESHOLD):
        with pytest.raises(UpstreamError, match="503"):
            await use(running)
    arrived = len(upstream.seen)
    with pytest.raises(UpstreamError, match=r"unreachable since \d\d:\d\d:\d\d: .*503"):
        await use(running)
    assert len(upstream.seen) == arrived
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
