"""The same with the official SDK: a connected session and an open ``subscriptions/listen``, while access changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from mcptui.model import Key, Server, State
from mcptui.protocol.keys import key_digest
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream

Serve = Callable[..., Awaitable[RunningGateway]]


@asynccontextmanager
async def connected(gateway: RunningGateway, credential: str, **options: Any) -> AsyncIterator[Client]:
    """The SDK's client."""
    headers = {"Authorization": f"Bearer {credential}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=20, verify=False) as http,
        Client(streamable_http_client(f"{gateway.url}/mcp", http_client=http), **options) as client,
    ):
        yield client


async def tools(client: Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools(cache_mode="bypass")).tools]


Change = Callable[[State], State]


def me(**changes: Any) -> Change:
    return lambda state: replace(state, keys={**state.keys, "me": replace(state.keys["me"], **changes)})


def renamed(state: State) -> State:
    """Server a is called c."""
    servers = {"c": replace(state.servers["a"], name="c"), "b": state.servers["b"]}
    return replace(state, servers=servers)


DAY = timedelta(days=1)
NOW = datetime.now(UTC)
ROTATED = {"hash": key_digest("sk-new"), "previous_hash": key_digest("sk-me"), "previous_expires": NOW + DAY}
#: What is changed, and what the key then lists; None where its value works no more.
STEPS: list[tuple[str, Change, list[str] | None]] = [
    ("narrow", me(servers=("a",)), ["a__echo", "a__delete"]),
    ("narrow a tool", me(tools={"a": ("!delete",)}), ["a__echo"]),
    ("widen", me(servers=("*",), tools=None), ["a__echo", "a__delete", "b__echo", "b__other"]),
    ("rename", renamed, ["c__echo", "c__delete", "b__echo", "b__other"]),
    (
        "rotate",
        me(**ROTATED, servers=("b",)),
        ["b__echo", "b__other"],
    ),
]
ENDS: list[tuple[str, Change]] = [
    ("overlap over", me(**{**ROTATED, "previous_expires": NOW - DAY})),
    ("expired", me(expires=NOW - DAY)),
    ("revoked", me(enabled=False)),
    ("removed", lambda state: replace(state, keys={name: k for name, k in state.keys.items() if name != "me"})),
]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    keys: Iterator[Key] = (key(name, servers=("*",)) for name in ("me", "you"))
    return await serve(Server(name="a", url=a.url), Server(name="b", url=b.url), *keys)


async def test_a_connected_session_follows(gateway: RunningGateway) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def hear(message: Any) -> None:
        heard.put_nowait(type(getattr(message, "root", message)).__name__)

    async with asyncio.timeout(30), connected(gateway, "sk-me", mode="legacy", message_handler=hear) as client:
        for name, change, expected in STEPS:
            gateway.put(change(gateway.core.snapshot.state))
            while "Tool" not in await heard.get():
                pass
            await gateway.read()
            assert await tools(client) == expected, name
        with pytest.raises(MCPError):
            await client.call_tool("c__echo", {})


async def test_an_open_listen_follows(gateway: RunningGateway) -> None:
    async with (
        asyncio.timeout(30),
        connected(gateway, "sk-me", mode="2026-07-28") as client,
        client.listen(tools_list_changed=True) as events,
    ):
        for name, change, expected in STEPS:
            gateway.put(change(gateway.core.snapshot.state))
            await anext(events)
            await gateway.read()
            assert await tools(client) == expected, name


@pytest.mark.parametrize("name", [name for name, _ in ENDS])
async def test_what_is_open_ends_with_the_key(gateway: RunningGateway, name: str) -> None:
    end = dict(ENDS)[name]
    async with (
        asyncio.timeout(30),
        connected(gateway, "sk-me", mode="legacy") as session,
        connected(gateway, "sk-me", mode="2026-07-28") as stateless,
        connected(gateway, "sk-you", mode="2026-07-28") as other,
        stateless.listen(tools_list_changed=True) as events,
        other.listen(tools_list_changed=True) as others,
    ):
        assert await tools(session) == await tools(stateless)
        gateway.put(end(gateway.core.snapshot.state))
        assert [event async for event in events] == []
        for client in (session, stateless):
            with pytest.raises((MCPError, httpx2.HTTPStatusError)):
                await client.call_tool("a__echo", {})
        gateway.put(renamed(gateway.core.snapshot.state))
        await anext(others)
        await gateway.read()
        assert "c__echo" in await tools(other)
