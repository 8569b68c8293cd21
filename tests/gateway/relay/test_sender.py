"""Servers that fail, and how the client is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.model.runtime import ServerStatus
from mcptui.protocol.errors import RpcError
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


async def test_a_hanging_server_holds_up_nobody(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    async def hang(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    client = wire(gateway)
    await client.result("tools/call", {"name": "a__echo"})
    a.raw = hang
    stuck = [asyncio.create_task(client.ask("tools/call", {"name": "a__echo"})) for _ in range(20)]
    async with asyncio.timeout(4):
        await a.until(lambda: len(a.messages("tools/call")) >= 20)
        for _ in range(5):
            await client.result("tools/call", {"name": "b__echo"})
        assert await client.names() == ["a__echo", "a__delete", "b__echo"]
        assert (await wire(gateway).ask("server/discover")).status_code == 200
    for task in stuck:
        task.cancel()
    await asyncio.wait(stuck)


async def test_a_server_that_is_down_is_named_with_the_reason(
    gateway: RunningGateway, wire: Connect, b: ScriptedUpstream
) -> None:
    async def down(request: web.Request) -> web.Response:
        return web.Response(status=503)

    b.raw = down
    fault: dict[str, Any] = {"message": ""}
    async with asyncio.timeout(20):
        # One call may fail for its own reasons. The server is looked at because of it, and is then known to be down.
        while "since" not in fault["message"]:
            fault = (await wire(gateway).ask("tools/call", {"name": "b__echo"})).json()["error"]
            assert fault["code"] == -31001
            assert fault["message"].startswith("Server b ")
            assert "503" in fault["message"]
            assert fault["data"]["server"] == "b"
    assert fault["data"]["retryable"] is True
    assert await wire(gateway).names() == ["a__echo", "a__delete", "b__echo"], "its tools stay listed"


async def test_a_server_that_comes_and_goes_is_named_and_the_others_go_on(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    count = 0

    async def flap(request: web.Request) -> web.Response | None:
        nonlocal count
        if b'"tools/' not in await request.read():
            return None
        count += 1
        return web.Response(status=503) if count % 3 else None

    def status(name: str) -> ServerStatus:
        server = gateway.core.registry.get(name)
        assert server is not None
        return server.status()

    a.raw = flap
    client = wire(gateway)
    outcomes: set[bool] = set()
    async with asyncio.timeout(20):
        while outcomes != {True, False} or "it comes and goes: failed" not in str(status("a").reason):
            answer = (await client.ask("tools/call", {"name": "a__echo"})).json()
            outcomes.add("error" in answer)
            assert "error" not in answer or "Server a " in answer["error"]["message"]
            assert "result" in (await client.ask("tools/call", {"name": "b__echo"})).json()
    a.raw = None
    await client.result("tools/call", {"name": "a__echo"})
    assert (status("a").state, status("b").state) == ("degraded", "ready")
    assert "503" in str(status("a").reason)


async def test_a_slow_server_is_told_apart(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    async def hang(incoming: Incoming) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    gateway = await serve(Server(name="a", url=a.url), key("all", servers=("*",)))
    a.tools["echo"] = hang
    # Connecting may take its time on a busy machine; only the call is to be slow.
    await wire(gateway).result("tools/call", {"name": "a__delete"})
    running = gateway.core.registry.get("a")
    assert running is not None
    running.config = replace(running.config, timeout=0.5)
    response = await wire(gateway).ask("tools/call", {"name": "a__echo"})
    fault = response.json()["error"]
    assert (fault["code"], fault["data"]["retryable"]) == (-31002, False)


@pytest.mark.parametrize("code", [-32020, -32022])
async def test_our_own_mistakes_are_not_the_clients(
    gateway: RunningGateway, wire: Connect, b: ScriptedUpstream, code: int
) -> None:
    async def refuse(incoming: Incoming) -> dict[str, Any]:
        raise RpcError(code, "bad header")

    b.tools["echo"] = refuse
    response = await wire(gateway).ask("tools/call", {"name": "b__echo"})
    assert response.json()["error"]["code"] == -32603
