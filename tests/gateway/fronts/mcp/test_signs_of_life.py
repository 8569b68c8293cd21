"""A call that takes long: what its client sees meanwhile, in both eras and whatever it reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from mcptui.gateway.fronts.http import client_watch, stream
from tests.gateway.fronts.mcp.conftest import Connect
from tests.support.gateway import RunningGateway
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import EventReader, WireSession

STREAM = "application/json, text/event-stream"
CALL = {"name": "a__echo", "arguments": {}}


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, a: ScriptedUpstream) -> asyncio.Event:
    """The call takes until this is set, which is long, and silence is never long."""
    monkeypatch.setattr(client_watch, "WATCH_AFTER", 0)
    monkeypatch.setattr(client_watch, "SHOW_LIFE_AFTER", 0)
    monkeypatch.setattr(stream, "KEEP_ALIVE_EVERY", 0.001)
    event = asyncio.Event()

    async def slow(_: Incoming) -> dict[str, Any]:
        await event.wait()
        return text("done")

    a.tools["echo"] = slow
    return event


@asynccontextmanager
async def answering(
    gateway: RunningGateway, wire: Connect, http: httpx2.AsyncClient, version: str, accept: str
) -> AsyncIterator[httpx2.Response]:
    """The response to a call, whose head is there while the call takes its time."""
    client = wire(gateway)
    if version == "2026-07-28":
        message, headers = client.stateless("tools/call", CALL)
    else:
        session = await client.shake_hands(version)
        message, headers = {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": CALL}, session.headers
    body: Any = [message] if version == "2025-03-26" else message
    async with (
        asyncio.timeout(20),
        http.stream("POST", client.url, json=body, headers={**headers, "accept": accept}) as response,
    ):
        yield response


@pytest.mark.parametrize(
    ("version", "ids"),
    [
        ("2024-11-05", [b"s1-1"]),
        ("2025-03-26", []),
        ("2025-06-18", [b"s1-1"]),
        ("2025-11-25", [b"s1-0", b"s1-1"]),
        ("2026-07-28", []),
    ],
)
async def test_a_client_of_streams_gets_the_head_and_comments(
    gateway: RunningGateway,
    wire: Connect,
    http: httpx2.AsyncClient,
    done: asyncio.Event,
    version: str,
    ids: list[bytes],
) -> None:
    async with answering(gateway, wire, http, version, STREAM) as response:
        assert (response.status_code, response.headers["content-type"]) == (200, "text/event-stream")
        chunks = response.aiter_raw()
        seen = b""
        while seen.count(b": keep-alive\n\n") < 3:
            seen += await anext(chunks)
        done.set()
        seen += b"".join([chunk async for chunk in chunks])
    assert b'"text":"done"' in seen
    assert [line[4:] for line in seen.splitlines() if line.startswith(b"id: ")] == ids


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
@pytest.mark.parametrize("version", ["2025-03-26", "2025-11-25", "2026-07-28"])
async def test_a_client_of_json_gets_the_head_and_white_space(
    gateway: RunningGateway, wire: Connect, http: httpx2.AsyncClient, done: asyncio.Event, version: str, accept: str
) -> None:
    async with answering(gateway, wire, http, version, accept) as response:
        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        chunks = response.aiter_raw()
        seen = b""
        while len(seen) < 3:
            seen += await anext(chunks)
        done.set()
        seen += b"".join([chunk async for chunk in chunks])
    message = json.loads(seen)
    if version == "2025-03-26":
        (message,) = message
    assert message["result"]["content"] == text("done")["content"]


async def test_a_call_whose_connection_broke_is_resumed_by_its_first_event(
    gateway: RunningGateway, session: WireSession, done: asyncio.Event
) -> None:
    async with asyncio.timeout(20), session.open(5, "tools/call", CALL) as reader:
        first = await reader.event()
        assert (first.id, first.data) == ("s1-0", b"")
    done.set()
    async with asyncio.timeout(20), session.listen(first.id) as resumed:
        assert [message["id"] for message in await resumed.rest()] == [5]
        assert resumed.last_id == "s1-1"


async def test_a_subscription_is_open_before_anything_is_to_be_told(
    gateway: RunningGateway, wire: Connect, done: asyncio.Event
) -> None:
    async with asyncio.timeout(20), wire(gateway).open("subscriptions/listen", {"notifications": {}}) as reader:
        assert isinstance(reader, EventReader)
        assert (await reader.message())["method"] == "notifications/subscriptions/acknowledged"
