"""How a server is spoken to is found out by what it answers; each of these answers stands for a kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from mcptui.protocol.versions import Era
from mcptui.upstream.errors import NotMcpError, UpstreamError, UpstreamLoginError
from mcptui.upstream.handshake import initialize_call
from mcptui.upstream.http import Endpoint
from mcptui.upstream.negotiation import Negotiated, Way, negotiate, ways
from mcptui.upstream.wire.client import HttpClient
from tests.support.upstream import ScriptedUpstream


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream() as server:
        yield server


class Opened:
    """Negotiates with one server again and again."""

    def __init__(self, client: HttpClient, upstream: ScriptedUpstream) -> None:
        self.remembered = Negotiated()
        self._client = client
        self._upstream = upstream

    async def __call__(self, transport: str | None = None) -> Era:
        endpoint = Endpoint(self._client, self._upstream.url, {}, self.remembered.remarks.add)
        opening = initialize_call({}, None, 5.0)
        connection = await negotiate(endpoint, opening, lambda *_: None, ways(transport, None), self.remembered)
        await connection.close()
        return connection.peer.era


@pytest.fixture
def open_(client: HttpClient, upstream: ScriptedUpstream) -> Opened:
    return Opened(client, upstream)


def test_the_ways_that_there_are() -> None:
    assert ways(None, None) == [Way("http", "stateless"), Way("http", "handshake"), Way("sse", "handshake")]
    assert ways("http", "handshake") == [Way("http", "handshake")]
    assert ways("sse", None) == [Way("sse", "handshake")]
    assert ways("sse", "stateless") == []


async def test_a_server_that_became_another_one_is_asked_anew(open_: Opened, upstream: ScriptedUpstream) -> None:
    for eras in (("handshake",), ("stateless",), ("handshake",)):
        upstream.eras = eras
        assert [await open_() for _ in range(2)] == [eras[0]] * 2


async def test_what_worked_is_remembered(open_: Opened, upstream: ScriptedUpstream) -> None:
    await open_()
    upstream.seen.clear()
    await open_()
    assert upstream.messages("server/discover") == []


async def test_what_deviates_is_remarked(open_: Opened, upstream: ScriptedUpstream) -> None:
    async def refuse(request: web.Request) -> web.Response | None:
        message = await request.json() if request.method == "POST" else {}
        return web.Response(status=401) if message.get("method") == "server/discover" else None

    upstream.raw = refuse
    assert await open_() == "handshake"
    assert any("server/discover" in remark and "401" in remark for remark in open_.remembered.remarks)


async def test_both_causes_are_named(open_: Opened, upstream: ScriptedUpstream) -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return web.Response(status=405)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"event: endpoint\ndata: http://127.0.0.2/messages\n\n")
        await asyncio.Event().wait()
        return response

    upstream.raw = stream
    with pytest.raises(UpstreamError, match=r"names a POST URL of another origin; over Streamable HTTP: .*405"):
        await open_()


async def test_what_is_nothing_of_mcp_is_said_for_both_transports(open_: Opened, upstream: ScriptedUpstream) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=400 if request.method == "POST" else 404)

    upstream.raw = page
    with pytest.raises(NotMcpError, match=r"returned 400: not an MCP endpoint; over SSE: .*returned 404"):
        await open_()


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, UpstreamLoginError), (404, UpstreamLoginError), (405, UpstreamLoginError), (503, UpstreamError)],
)
async def test_a_login_that_was_asked_for_tells_more_than_what_other_ways_answer(
    open_: Opened, upstream: ScriptedUpstream, status: int, kind: type[UpstreamError]
) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=401 if b"server/discover" in await request.read() else status)

    upstream.raw = refuse
    with pytest.raises(UpstreamError) as caught:
        await open_("http")
    assert type(caught.value) is kind
