from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.protocol.errors import MISSING_CAPABILITY, RpcError
from mcptui.protocol.stateless import (
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_LOG_LEVEL,
    META_SUBSCRIPTION,
    META_VERSION,
)
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, connect
from mcptui.upstream.errors import UpstreamError, UpstreamTimeoutError
from mcptui.upstream.negotiation import Negotiated
from tests.support.upstream import Incoming, ScriptedUpstream, text


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream(eras=("stateless",)) as server:
        yield server


@pytest.fixture
async def connection(tools: ConnectionDeps, upstream: ScriptedUpstream) -> Connection:
    config = Server(name="s", url=upstream.url, timeout=5)
    return await connect(config, tools, Identity(), Negotiated(), lambda *_: None)


def call(**more: Any) -> Call:
    return Call(method="tools/call", params={"name": "tööl", "arguments": {"region": "eu", "n": None}}, **more)


async def ok(incoming: Incoming) -> dict[str, Any]:
    return text("ok")


async def test_envelope_and_mirrored_headers(connection: Connection, upstream: ScriptedUpstream) -> None:
    upstream.tools["tööl"] = ok
    schema = {
        "properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "n": {"type": "integer", "x-mcp-header": "N"},
        }
    }
    assert (await connection.request(call(schema=schema, log_level="info", client_info={"name": "c"})))["content"]
    (seen,) = upstream.requests("tools/call")
    assert seen.headers["mcp-method"] == "tools/call"
    assert seen.headers["mcp-name"] == "=?base64?dMO2w7Zs?="
    assert seen.headers["mcp-param-region"] == "eu"
    assert "mcp-param-n" not in seen.headers
    assert seen.headers["mcp-protocol-version"] == "2026-07-28"
    assert seen.message["params"]["_meta"] == {
        META_VERSION: "2026-07-28",
        META_CAPABILITIES: {},
        META_CLIENT_INFO: {"name": "c"},
        META_LOG_LEVEL: "info",
    }


async def test_notifications_before_the_answer(connection: Connection, upstream: ScriptedUpstream) -> None:
    async def busy(incoming: Incoming) -> dict[str, Any]:
        await incoming.notify("notifications/progress", {"progressToken": 1, "progress": 1})
        return text("done")

    heard: list[str] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append(method)

    upstream.tools["tööl"] = busy
    assert (await connection.request(call(notify=notify)))["content"]
    assert heard == ["notifications/progress"]


async def test_what_names_requests_of_this_leg_goes_to_no_client(
    connection: Connection, upstream: ScriptedUpstream
) -> None:
    async def busy(incoming: Incoming) -> dict[str, Any]:
        await incoming.notify("notifications/cancelled", {"requestId": incoming.id})
        await incoming.notify("notifications/x", {"_meta": {META_SUBSCRIPTION: incoming.id, "vendor/x": 1}})
        return text("done")

    heard: list[Any] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append((method, params))

    upstream.tools["tööl"] = busy
    await connection.request(call(notify=notify))
    assert heard == [("notifications/x", {"_meta": {"vendor/x": 1}})]


async def test_closing_the_stream_cancels(connection: Connection, upstream: ScriptedUpstream) -> None:
    ended = asyncio.Event()

    async def hang(incoming: Incoming) -> dict[str, Any]:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    upstream.tools["tööl"] = hang
    task = asyncio.create_task(connection.request(call()))
    await upstream.until(lambda: bool(upstream.messages("tools/call")))
    task.cancel()
    async with asyncio.timeout(5):
        await ended.wait()
    ended.clear()
    with pytest.raises(UpstreamTimeoutError):
        await connection.request(call(timeout=0.05))
    async with asyncio.timeout(5):
        await ended.wait()


async def test_an_error_keeps_its_data(connection: Connection, upstream: ScriptedUpstream) -> None:
    async def refuse(incoming: Incoming) -> dict[str, Any]:
        raise RpcError(MISSING_CAPABILITY, "needs sampling", {"requiredCapabilities": {"sampling": {}}})

    upstream.tools["tööl"] = refuse
    with pytest.raises(RpcError) as caught:
        await connection.request(call())
    assert caught.value.data == {"requiredCapabilities": {"sampling": {}}}


@pytest.mark.parametrize("kind", ["array", "html", "request", "ended", "status", "result"])
async def test_answers_that_are_none(connection: Connection, upstream: ScriptedUpstream, kind: str) -> None:
    async def lie(request: web.Request) -> web.Response:
        question = 'data: {"jsonrpc":"2.0","id":1,"method":"ping"}\n\n'
        return {
            "array": web.json_response([]),
            "html": web.Response(text="<html>", content_type="text/html"),
            "request": web.Response(text=question, content_type="text/event-stream"),
            "ended": web.Response(text=": x\n\n", content_type="text/event-stream"),
            "status": web.Response(status=502),
            "result": web.json_response({"jsonrpc": "2.0", "id": 1, "result": []}),
        }[kind]

    upstream.raw = lie
    with pytest.raises(RpcError if kind == "result" else UpstreamError):
        await connection.request(call())


async def test_nothing_is_sent_for_a_notification(connection: Connection, upstream: ScriptedUpstream) -> None:
    before = len(upstream.seen)
    await connection.notify("notifications/initialized")
    assert len(upstream.seen) == before
    assert not connection.closed
    await connection.close()
    assert connection.closed
