"""The transport of 2024-11-05."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.sse import sse_client

from mcptui.model import Server
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import EventReader

Serve = Callable[..., Awaitable[RunningGateway]]

KEY = {"authorization": "Bearer sk-all"}


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream) -> RunningGateway:
    return await serve(Server(name="a", url=a.url), key("all", servers=("*",)), key("second", servers=("*",)))


@asynccontextmanager
async def stream(gateway: RunningGateway, http: httpx2.AsyncClient) -> AsyncIterator[tuple[EventReader, str]]:
    async with asyncio.timeout(15), http.stream("GET", f"{gateway.url}/sse", headers=KEY) as response:
        reader = EventReader(response)
        event = await reader.event()
        assert event.event == "endpoint"
        yield reader, gateway.url + event.data.decode()


async def post(http: httpx2.AsyncClient, url: str, message: dict[str, Any], **headers: str) -> int:
    response = await http.post(url, json={"jsonrpc": "2.0", **message}, headers={**KEY, **headers})
    return response.status_code


INITIALIZE: dict[str, Any] = {
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2024-11-05",
        "capabilities": {"roots": {}},
        "clientInfo": {"name": "c", "version": "1"},
    },
}


async def test_the_official_client(gateway: RunningGateway, a: ScriptedUpstream) -> None:
    async with asyncio.timeout(20), Client(sse_client(f"{gateway.url}/sse", headers=KEY), mode="legacy") as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["a__echo", "a__delete"]
        result = await client.call_tool("a__echo", {"n": 1})
        assert result.content[0].text == "{'n': 1}"  # type: ignore[union-attr]


async def test_everything_comes_on_the_stream(
    gateway: RunningGateway, http: httpx2.AsyncClient, a: ScriptedUpstream
) -> None:
    async def ask(incoming: Incoming) -> dict[str, Any]:
        answer = await incoming.ask("roots/list", {})
        return text(json.dumps(answer["result"]))

    a.tools["echo"] = ask
    async with stream(gateway, http) as (reader, url):
        assert await post(http, url, INITIALIZE) == 202
        assert (await reader.message())["result"]["protocolVersion"] == "2024-11-05"
        assert await post(http, url, {"method": "notifications/initialized"}) == 202
        assert await post(http, url, {"id": 2, "method": "tools/call", "params": {"name": "a__echo"}}) == 202
        question = await reader.message()
        assert question["method"] == "roots/list"
        assert await post(http, url, {"id": question["id"], "result": {"roots": []}}) == 202
        assert (await reader.message())["result"] == text('{"roots": []}')
        assert await post(http, url, {"id": 3, "method": "no/such"}) == 202
        assert (await reader.message())["error"]["code"] == -32601


async def test_a_client_that_initializes_again_is_answered_again(
    gateway: RunningGateway, http: httpx2.AsyncClient
) -> None:
    async with stream(gateway, http) as (reader, url):
        for _ in range(2):
            assert await post(http, url, INITIALIZE) == 202
            assert (await reader.message())["result"]["serverInfo"]["name"] == "mcptui"
        assert len(gateway.entry.sessions) == 1


async def test_a_client_that_initializes_again_is_to_servers_what_it_declares_now(
    gateway: RunningGateway, http: httpx2.AsyncClient, a: ScriptedUpstream
) -> None:
    params = {**INITIALIZE["params"], "capabilities": {"sampling": {}}}
    async with stream(gateway, http) as (reader, url):
        for number, hello in enumerate((INITIALIZE, {**INITIALIZE, "params": params})):
            await post(http, url, hello)
            await reader.message()
            await post(http, url, {"id": 10 + number, "method": "tools/call", "params": {"name": "a__echo"}})
            assert (await reader.message())["id"] == 10 + number
        sessions = [seen.headers["mcp-session-id"] for seen in a.requests("tools/call")]
        hellos = a.messages("initialize")
        declared = [hellos[int(session.removeprefix("s")) - 1]["params"]["capabilities"] for session in sessions]
        assert declared == [{"roots": {}}, {"sampling": {}}]
        (listener,) = gateway.core.hub._listeners
        assert listener.audience.profile.capabilities == {"sampling": {}}


async def test_posting_needs_the_key_of_the_stream(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    async with stream(gateway, http) as (_, url):
        assert await post(http, url, INITIALIZE, authorization="") == 401
        assert await post(http, url, INITIALIZE, authorization="Bearer sk-second") == 404
        assert await post(http, f"{gateway.url}/messages?session_id=none", INITIALIZE) == 404
        assert await post(http, f"{gateway.url}/messages", INITIALIZE) == 404
        assert await post(http, url, {"nonsense": 1}) == 400


async def test_an_id_in_use_is_refused(gateway: RunningGateway, http: httpx2.AsyncClient, a: ScriptedUpstream) -> None:
    async def hang(incoming: Incoming) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    a.tools["echo"] = hang
    async with stream(gateway, http) as (reader, url):
        await post(http, url, INITIALIZE)
        await reader.message()
        call = {"id": 2, "method": "tools/call", "params": {"name": "a__echo"}}
        assert await post(http, url, call) == 202
        await a.until(lambda: bool(a.messages("tools/call")))
        assert await post(http, url, {"id": 2, "method": "ping"}) == 400
        note = {"method": "notifications/cancelled", "params": {"requestId": 2}}
        assert await post(http, url, note) == 202
        await a.until(lambda: bool(a.messages("notifications/cancelled")))
        assert await post(http, url, {"id": 3, "method": "ping"}) == 202
        assert (await reader.message())["id"] == 3


async def test_the_session_ends_with_its_stream(
    gateway: RunningGateway, http: httpx2.AsyncClient, a: ScriptedUpstream
) -> None:
    async with stream(gateway, http) as (reader, url):
        await post(http, url, INITIALIZE)
        await reader.message()
        await post(http, url, {"id": 2, "method": "tools/call", "params": {"name": "a__echo"}})
        await reader.message()
    async with asyncio.timeout(10):
        await a.until(lambda: len(gateway.entry.sessions) == 0 and any(seen.http_method == "DELETE" for seen in a.seen))
    assert await post(http, url, {"id": 3, "method": "ping"}) == 404


async def test_a_revoked_key_ends_the_stream(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    async with stream(gateway, http) as (reader, url):
        await post(http, url, INITIALIZE)
        await reader.message()
        gateway.put(replace(gateway.core.snapshot.state, keys={}))
        assert await reader.rest() == []
