from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mcptui.model import Server
from tests.support.gateway import RunningGateway, key
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
