from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, connect
from mcptui.upstream.errors import NotMcpError, NotReadError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.negotiation import Negotiated
from tests.support.upstream import ScriptedUpstream, text


class Sse:
    """The transport of 2024-11-05: answers come on the GET stream."""

    def __init__(self) -> None:
        self.stream: web.StreamResponse | None = None
        self.endpoint = "/messages?session=1"
        self.stop = asyncio.Event()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            self.stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
            await self.stream.prepare(request)
            await self.stream.write(f"event: endpoint\ndata: {self.endpoint}\n\n".encode())
            await self.stop.wait()
            return self.stream
        if self.stop.is_set():
            return web.Response(status=404)
        if request.path != "/messages":
            return web.Response(status=405)
        message = await request.json()
        result = {
            "initialize": {"protocolVersion": "2024-11-05", "capabilities": {"tools": {}}},
            "tools/call": text("ok"),
        }.get(message["method"])
        if "id" in message:
            await self.say({"id": message["id"], "result": result})
        return web.Response(status=202)

    async def say(self, message: dict[str, Any]) -> None:
        assert self.stream is not None
        await self.stream.write(
            b"event: message\ndata: " + json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n\n"
        )


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream() as server:
        yield server


@pytest.fixture
def sse(upstream: ScriptedUpstream) -> Sse:
    upstream.raw = sse = Sse()
    return sse


async def open_(tools: ConnectionDeps, upstream: ScriptedUpstream, **more: Any) -> Connection:
    config = Server(name="s", url=upstream.url, **{"timeout": 5.0, **more})
    return await connect(
        config, tools, Identity(credential=ClientCredential(auth="Bearer x")), Negotiated(), lambda *_: None
    )


CALL = Call(method="tools/call", params={"name": "t"}, timeout=5)


async def test_it_is_found_after_the_newer_transports(
    tools: ConnectionDeps, upstream: ScriptedUpstream, sse: Sse
) -> None:
    connection = await open_(tools, upstream)
    assert connection.peer.version == "2024-11-05"
    assert await connection.request(CALL) == text("ok")
    posts = [seen for seen in upstream.seen if seen.http_method == "POST"]
    assert all(seen.headers["authorization"] == "Bearer x" for seen in posts)
    await connection.close()


async def test_the_end_of_the_stream_is_the_end_of_the_session(
    tools: ConnectionDeps, upstream: ScriptedUpstream, sse: Sse
) -> None:
    connection = await open_(tools, upstream, transport="sse")
    sse.stop.set()
    with pytest.raises(NotReadError, match=r"closed the stream|forgotten the session"):
        await connection.request(CALL)
    assert connection.closed
    await connection.close()


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254/", "//evil.example/messages"])
async def test_a_post_url_elsewhere_is_refused(
    tools: ConnectionDeps, upstream: ScriptedUpstream, sse: Sse, endpoint: str
) -> None:
    sse.endpoint = endpoint
    with pytest.raises(UpstreamError, match="another origin"):
        await open_(tools, upstream, transport="sse")
    assert [seen for seen in upstream.seen if seen.http_method == "POST"] == []


async def test_a_stream_that_names_no_endpoint(tools: ConnectionDeps, upstream: ScriptedUpstream) -> None:
    async def quiet(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    upstream.raw = quiet
    with pytest.raises(NotMcpError, match="no endpoint event"):
        await open_(tools, upstream, transport="sse", timeout=0.05)


async def test_a_stream_that_is_never_opened(tools: ConnectionDeps, upstream: ScriptedUpstream) -> None:
    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    upstream.raw = silent
    with pytest.raises(UpstreamTimeoutError, match="opened no event stream"):
        await open_(tools, upstream, transport="sse", timeout=0.05)


@pytest.mark.parametrize(("status", "kind"), [(200, NotMcpError), (404, NotMcpError), (500, UpstreamError)])
async def test_no_stream_at_all(
    tools: ConnectionDeps, upstream: ScriptedUpstream, status: int, kind: type[UpstreamError]
) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>", content_type="text/html")

    upstream.raw = page
    with pytest.raises(kind):
        await open_(tools, upstream, transport="sse")
