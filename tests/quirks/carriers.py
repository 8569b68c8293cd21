"""What carries the messages of a row's server over HTTP: Streamable HTTP and HTTP+SSE."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from tests.quirks.peer import Peer
from tests.quirks.row import Message
from tests.support.aiohttp_server import serving

_STREAM = {"content-type": "text/event-stream"}
Answer = Callable[[web.Request, Message | None], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def over_http(peer: Peer) -> AsyncIterator[str]:
    """The URL of ``peer`` over Streamable HTTP."""

    async def answer(request: web.Request, message: Message | None) -> web.StreamResponse:
        session = request.headers.get("mcp-session-id")
        if request.method == "GET":
            return await _standing(request) if session in peer.sessions else web.Response(status=405)
        if request.method == "DELETE":
            peer.sessions.discard(session or "")
            return web.Response(status=204)
        assert message is not None
        opens = message.get("method") in ("initialize", "server/discover")
        if not peer.is_stateless and not opens and session not in peer.sessions:
            return web.Response(status=404 if session else 400)
        replies = list(peer.replies(message))
        if not replies:
            return web.Response(status=202)
        if peer.row.stream or len(replies) > 1:
            stream = web.StreamResponse(headers=_STREAM)
            await stream.prepare(request)
            for reply in replies:
                await stream.write(b"data: " + reply + b"\n\n")
            return stream
        response = web.Response(body=replies[0], content_type="application/json")
        if message.get("method") == "initialize":
            response.headers["mcp-session-id"] = name = f"s{peer.count('sessions')}"
            peer.sessions.add(name)
        return response

    async with serving(_handler(peer, answer)) as url:
        yield f"{url}/mcp"


@asynccontextmanager
async def over_sse(peer: Peer) -> AsyncIterator[str]:
    """The URL of ``peer`` over HTTP+SSE."""
    streams: dict[str, asyncio.Queue[bytes]] = {}

    async def answer(request: web.Request, message: Message | None) -> web.StreamResponse:
        if message is not None:
            if not request.path.startswith("/messages"):
                return web.Response(status=405)
            name = request.query["s"]
            if name not in streams:
                return web.Response(status=404)
            for reply in peer.replies(message):
                streams[name].put_nowait(reply)
            return web.Response(status=202)
        name = f"s{peer.count('sessions')}"
        queue = streams[name] = asyncio.Queue[bytes]()
        peer.sessions.add(name)
        stream = web.StreamResponse(headers=_STREAM)
        await stream.prepare(request)
        await stream.write(f"event: endpoint\ndata: /messages?s={name}\n\n".encode())
        while True:
            await stream.write(b"event: message\ndata: " + await queue.get() + b"\n\n")

    async with serving(_handler(peer, answer)) as url:
        yield f"{url}/sse"


async def _standing(request: web.Request) -> web.StreamResponse:
    """A stream on which nothing comes."""
    stream = web.StreamResponse(headers=_STREAM)
    await stream.prepare(request)
    await asyncio.Event().wait()
    return stream


def _handler(peer: Peer, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        message = json.loads(body) if body else None
        if peer.row.http is None:
            return await answer(request, message)
        return await peer.row.http(peer, request, message, lambda: answer(request, message))

    return handle
