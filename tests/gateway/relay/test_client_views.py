from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcptui.gateway.relay import client_views
from mcptui.model import Server
from mcptui.upstream.lease import CATALOGUE
from mcptui.upstream.server.audience import Audience
from mcptui.upstream.server.server import UpstreamServer
from tests.support.gateway import RunningGateway, key, state
from tests.support.upstream import Incoming, ScriptedUpstream
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


async def test_calls_wait_for_a_server_that_was_never_read(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    go = asyncio.Event()

    async def wait(incoming: Incoming) -> dict[str, Any]:
        await go.wait()
        return {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}

    a.handlers["tools/list"] = wait
    gateway = await serve(
        Server(name="a", url=a.url),
        key("all", servers=("*",)),
        key("denied", servers=("a",), tools={"a": ()}),
        read=False,
    )
    async with asyncio.timeout(10):
        listing = asyncio.create_task(wire(gateway).names())
        call = asyncio.create_task(wire(gateway, path="/mcp/a").result("tools/call", {"name": "echo"}))
        denied = asyncio.create_task(wire(gateway, "denied", "/mcp/a").ask("tools/call", {"name": "echo"}))
        await a.until(lambda: bool(a.messages("tools/list")))
        go.set()
        assert await listing == ["a__echo"]
        assert (await call)["content"]
        assert (await denied).json()["error"] == {"code": -32602, "message": "Unknown tool: echo"}


async def test_connections_end_with_the_access_that_they_need(
    serve: Serve, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    b.eras = ("handshake",)
    servers = Server(name="a", url=a.url), Server(name="b", url=b.url)
    gateway = await serve(*servers, key("all", servers=("*",)), key("other", servers=("*",)))
    sessions = [await wire(gateway, name).shake_hands() for name in ("all", "all", "other")]
    for session in sessions:
        for name in ("a__echo", "b__echo"):
            await session.send({"id": 1, "method": "tools/call", "params": {"name": name}})
    # Three of clients, and the one that reads the lists.
    assert (len(a.sessions), len(b.sessions)) == (4, 4)
    gateway.put(state(*servers, key("all", servers=("b",)), key("other", servers=("*",))))
    await a.until(lambda: len(a.sessions) == 2)
    assert len(b.sessions) == 4
    await sessions[0].delete()
    await b.until(lambda: len(b.sessions) == 3)
    gateway.put(state(*servers, key("all", servers=("b",), enabled=False), key("other", servers=("*",))))
    await b.until(lambda: len(b.sessions) == 2)
    assert len(a.sessions) == 2
    gateway.put(state(*servers))
    await b.until(lambda: len(b.sessions) == 1)
    await a.until(lambda: len(a.sessions) == 1)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The servers of which it was looked at whether their lists are out of date."""
    looked: list[str] = []
    is_current = UpstreamServer.is_current

    def look(server: UpstreamServer, audience: Audience, *, starting: bool = True) -> bool:
        looked.append(server.config.name)
        return is_current(server, audience, starting=starting)

    monkeypatch.setattr(client_views, "LOOKED_AT", 3600.0)
    monkeypatch.setattr(UpstreamServer, "is_current", look)
    return looked


async def test_whether_lists_are_out_of_date_is_not_looked_at_for_every_request(
    serve: Serve, wire: Connect, a: ScriptedUpstream, looked: list[str]
) -> None:
    gateway = await serve(Server(name="a", url=a.url), key("all", servers=("*",)))
    looked.clear()
    for _ in range(3):
        await wire(gateway).names()
    assert looked == ["a"]
    gateway.core.registry._heard(gateway.core.registry.all()[0], "lists", {}, CATALOGUE)
    await wire(gateway).names()
    assert looked == ["a", "a"], "another view"


def _is_down(server: UpstreamServer) -> None:
    server._vitals.breaker.failed(0)


def _is_restored(server: UpstreamServer) -> None:
    assert server.peer is not None
    server.restore(server.peer, server.lists)


@pytest.mark.parametrize("becomes", [_is_down, _is_restored])
async def test_a_server_that_nobody_waits_for_is_not_looked_at_for_every_request(
    serve: Serve, wire: Connect, a: ScriptedUpstream, looked: list[str], becomes: Callable[[UpstreamServer], None]
) -> None:
    gateway = await serve(Server(name="a", url=a.url), key("all", servers=("*",)))
    server = gateway.core.registry.all()[0]
    becomes(server)
    server._lists._read_at = -1e9
    looked.clear()
    for _ in range(3):
        await wire(gateway).names()
    assert looked == ["a"]


async def test_a_view_that_was_dropped_is_not_kept(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    gateway = await serve(Server(name="a", url=a.url), key("all", servers=("*",)))
    await wire(gateway).names()
    (view,) = (weakref.ref(view) for view in gateway.core.catalogue._views.values())
    gateway.core.catalogue._views.clear()
    gc.collect()
    assert view() is None
