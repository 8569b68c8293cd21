"""A new state is in effect at once, and costs nobody anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from mcptui.model import GatewaySettings, Server
from tests.support.gateway import RunningGateway, key, state
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

_ACCESS_ENDED = "Your access to this ended during the request; it was cancelled."


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream) -> RunningGateway:
    return await serve(Server(name="a", url=a.url), key("all", servers=("*",)))


async def test_an_added_server_is_announced_and_usable(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    session = await wire(gateway).shake_hands()
    async with asyncio.timeout(10), session.listen() as stream:
        await stream.event()
        now = gateway.core.snapshot.state
        gateway.put(replace(now, servers={**now.servers, "b": Server(name="b", url=b.url)}))
        heard = {(await stream.message())["method"] for _ in range(3)}
    assert "notifications/tools/list_changed" in heard
    assert (await wire(gateway).names())[:2] == ["a__echo", "a__delete"], "nothing is renamed"
    assert "b__other" in await wire(gateway).names()
    assert (await session.send({"id": 1, "method": "ping"})).status_code == 200
    assert len(a.messages("initialize")) == 1, "the other server was not touched"


async def test_a_server_that_is_reached_in_another_way_keeps_its_tools_meanwhile(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    answering = asyncio.Event()

    async def wait(request: web.Request) -> None:
        await answering.wait()

    a.raw = wait
    now = gateway.core.snapshot.state
    changed = replace(now.servers["a"], headers={"x": "y"}, max_concurrent=5)
    gateway.put(replace(now, servers={"a": changed}))
    assert await wire(gateway).names() == ["a__echo", "a__delete"]
    gateway.put(replace(now, servers={"a": replace(changed, url="http://127.0.0.1:1/mcp")}))
    assert await wire(gateway).names() == [], "that is another server"
    answering.set()


async def test_a_removed_server_is_gone(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    now = gateway.core.snapshot.state
    gateway.put(replace(now, servers={}))
    assert await wire(gateway).names() == []
    assert (await wire(gateway).ask("tools/call", {"name": "a__echo"})).json()["error"]["code"] == -32602
    async with asyncio.timeout(10):
        await a.until(lambda: a.seen[-1].http_method == "DELETE")


async def test_a_revoked_key_leaves_no_session_at_a_server(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    assert (await wire(gateway).ask("tools/call", {"name": "a__echo", "arguments": {}})).status_code == 200
    now = gateway.core.snapshot.state
    gateway.put(replace(now, keys={}))
    async with asyncio.timeout(10):
        await a.until(lambda: a.seen[-1].http_method == "DELETE")


async def test_what_is_no_part_of_a_connection_changes_without_a_new_one(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    now = gateway.core.snapshot.state
    running = gateway.core.registry.get("a")
    changed = replace(now.servers["a"], prefix="x", description="d", disallowed_tools=("delete",))
    gateway.put(replace(now, servers={"a": changed}))
    assert await wire(gateway).names() == ["x__echo"]
    assert gateway.core.registry.get("a") is running
    assert len(a.messages("initialize")) == 1


async def test_a_changed_server_is_opened_anew_without_a_gap(
    gateway: RunningGateway, wire: Connect, b: ScriptedUpstream
) -> None:
    now = gateway.core.snapshot.state
    gateway.put(replace(now, servers={"a": Server(name="a", url=b.url)}))
    assert await wire(gateway).names() == ["a__echo", "a__other"]


async def test_host_names_follow(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway)
    client.headers["host"] = "mcp.home"
    assert (await client.ask("tools/list")).status_code == 403
    now = gateway.core.snapshot.state
    gateway.put(replace(now, gateway=GatewaySettings(allowed_hosts=("mcp.home",))))
    assert (await client.ask("tools/list")).status_code == 200


async def test_a_request_under_way_ends_with_the_state_it_began_with(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    go = asyncio.Event()

    async def slow(incoming: object) -> dict[str, object]:
        await go.wait()
        return {"content": []}

    a.tools["echo"] = slow
    async with asyncio.timeout(10):
        call = asyncio.create_task(wire(gateway).result("tools/call", {"name": "a__echo"}))
        await a.until(lambda: bool(a.messages("tools/call")))
        now = gateway.core.snapshot.state
        gateway.put(replace(now, keys={**now.keys, "more": key("more")}))
        go.set()
        assert (await call)["content"] == []


async def test_losing_the_tool_ends_the_call(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    async def hang(incoming: object) -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    a.tools["echo"] = hang
    session = await wire(gateway).shake_hands()
    async with asyncio.timeout(10):
        stateless = asyncio.create_task(wire(gateway).ask("tools/call", {"name": "a__echo"}))
        call = {"id": 5, "method": "tools/call", "params": {"name": "a__echo"}}
        handshake = asyncio.create_task(session.send(call))
        await a.until(lambda: len(a.messages("tools/call")) == 2)
        gateway.put(
            state(*gateway.core.snapshot.state.servers.values(), key("all", servers=("a",), tools={"a": ("delete",)}))
        )
        for answer in (await stateless, await handshake):
            assert answer.json()["error"] == {"code": -32602, "message": _ACCESS_ENDED}
        await a.until(lambda: len(a.messages("notifications/cancelled")) == 2)


async def test_an_expired_key_loses_its_streams_and_calls_too(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    begun = asyncio.Event()

    async def hang(incoming: object) -> dict[str, object]:
        begun.set()
        await asyncio.Event().wait()
        return {}

    a.tools["echo"] = hang
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    gateway = await serve(Server(name="a", url=a.url), key("all", servers=("*",), expires=soon))
    session = await wire(gateway).shake_hands()
    async with asyncio.timeout(10), session.listen() as stream:
        await stream.event()
        call = asyncio.create_task(wire(gateway).ask("tools/call", {"name": "a__echo"}))
        await begun.wait()
        assert await stream.rest() == []
        assert (await call).json()["error"]["message"] == _ACCESS_ENDED
        await a.until(lambda: bool(a.messages("notifications/cancelled")))
    assert (await session.send({"id": 1, "method": "ping"})).json()["error"] == "key_expired"
