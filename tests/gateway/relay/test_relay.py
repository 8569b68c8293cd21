"""A request as a whole: nothing is lost, mixed up or said too much."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from tests.support.gateway import RunningGateway
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


async def test_integers_of_any_size(gateway: RunningGateway, wire: Connect) -> None:
    for name in ("a__echo", "b__echo"):
        result = await wire(gateway, elicitation={}).result("tools/call", {"name": name, "arguments": {"n": 2**70}})
        assert str(2**70) in result["content"][0]["text"]


async def test_a_key_that_may_nothing_sees_nothing(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway, "nothing")
    for method in ("tools/list", "prompts/list", "resources/list", "resources/templates/list"):
        assert await client.names(method) == []
    discovered = await client.result("server/discover")
    assert set(discovered["capabilities"]) == {"tools"}
    assert "instructions" not in discovered


async def test_nothing_gets_lost_on_the_way(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    odd = {
        "title": "T", "icons": [{"src": "https://x/y.png", "vendor": None}], "_meta": {"own": None},
        "vendor": {"k": [1.0]}, "annotations": {"readOnlyHint": True, "own": 1},
        "inputSchema": {"$defs": {"a": {"default": None}}, "definitions": {}, "$anchor": "x", "type": "object"},
    }  # fmt: skip
    result = {
        "content": [{"type": "newer", "x": None}, {"type": "text", "text": "ü", "annotations": {"own": None}}],
        "structuredContent": {"n": None, "big": 2**70, "f": 1.0},
        "vendor": None,
        "_meta": {"own": None},
    }

    async def whole(incoming: Incoming) -> dict[str, Any]:
        assert incoming.arguments == {"null": None, "big": 2**70}
        assert incoming.params["vendor"] == [None]
        return result

    a.tools["odd"], a.definitions["odd"] = whole, odd
    await gateway.core.registry.reopen("a")
    await gateway.read()
    session = await wire(gateway, path="/mcp/a").shake_hands()
    listed = (await session.send({"id": 1, "method": "tools/list"})).json()["result"]["tools"][-1]
    assert listed == {"name": "odd", **odd}
    assert list(listed) == ["name", "inputSchema", *[name for name in odd if name != "inputSchema"]]
    call = {"name": "odd", "arguments": {"null": None, "big": 2**70}, "vendor": [None]}
    assert (await session.send({"id": 2, "method": "tools/call", "params": call})).json()["result"] == result


async def test_internals_never_show(
    gateway: RunningGateway, wire: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("internal detail")

    monkeypatch.setattr(gateway.core.relay, "request", broken)
    session = await wire(gateway).shake_hands()
    responses = [
        await wire(gateway).ask("tools/call", {"name": "a__echo"}),
        await session.send({"id": 1, "method": "tools/call", "params": {"name": "a__echo"}}),
    ]
    for response in responses:
        fault = response.json()["error"]
        assert fault["code"] == -32603
        assert "internal detail" not in response.text
        assert fault["data"]["request"] in caplog.text
    assert "internal detail" in caplog.text


async def test_many_clients_with_the_same_ids(gateway: RunningGateway, wire: Connect, http: httpx2.AsyncClient) -> None:
    """Every client counts from the same number; every answer finds its own."""

    async def one(n: int) -> None:
        client = wire(gateway, "all" if n % 2 else "only-a")
        result = await client.result("tools/call", {"name": "a__echo", "arguments": {"n": n}})
        assert result["content"] == text(str({"n": n}))["content"]

    await asyncio.gather(*(one(n) for n in range(40)))
