"""A server that sends JSON texts exactly as it was given them, over every transport and in either era.

Over stdio: ``python -m tests.support.mirror ERA FILE`` with a JSON object of texts in FILE.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from mcptui.protocol.versions import LATEST_HANDSHAKE, LATEST_STATELESS, Era
from tests.support.aiohttp_server import serving

_CAPABILITIES: Final[dict[str, Any]] = {"tools": {}, "prompts": {}, "resources": {}}


class Mirror:
    """What the server says.

    Args:
        texts: list methods and names of tools → the JSON text of their result; a text under ``error`` is that
            of an error. Two more tools: ``echo`` gives back its params, ``count`` sends as many progress
            notifications as its argument ``steps`` says.
        era: the only era it speaks.
    """

    def __init__(self, texts: Mapping[str, str], era: Era) -> None:
        self._texts = texts
        self._era = era

    def replies(self, message: dict[str, Any]) -> Iterator[str]:
        """The messages that one message from the client leads to; the last one answers it."""
        if "id" not in message or "method" not in message:
            return
        id_, method, params = json.dumps(message["id"]), message["method"], message.get("params") or {}
        name = params.get("name", method)
        if method == ("initialize" if self._era == "stateless" else "server/discover"):
            yield _error(id_, '{"code":-32601,"message":"another era"}')
        elif method == "initialize":
            about = {"protocolVersion": LATEST_HANDSHAKE, "serverInfo": {"name": "mirror", "version": "1"}}
            yield _result(id_, json.dumps({**about, "capabilities": _CAPABILITIES}))
        elif method == "server/discover":
            yield self._done(id_, json.dumps({"supportedVersions": [LATEST_STATELESS], "capabilities": _CAPABILITIES}))
        elif name == "echo":
            yield self._done(id_, json.dumps({"content": [], "structuredContent": params}))
        elif name == "count":
            token = json.dumps(params["_meta"]["progressToken"])
            for step in range(params["arguments"]["steps"]):
                note = f'{{"progressToken":{token},"progress":{step + 1},"vendor":null}}'
                yield f'{{"jsonrpc":"2.0","method":"notifications/progress","params":{note}}}'
            yield self._done(id_, '{"content":[]}')
        elif name == "error":
            yield _error(id_, self._texts[name])
        else:
            yield self._done(id_, self._texts.get(name) or self._texts["result"])

    def _done(self, id_: str, text: str) -> str:
        if self._era == "stateless":
            text = f'{{"resultType":"complete",{text[1:]}'
        return _result(id_, text)


def _result(id_: str, text: str) -> str:
    return f'{{"jsonrpc":"2.0","id":{id_},"result":{text}}}'


def _error(id_: str, text: str) -> str:
    return f'{{"jsonrpc":"2.0","id":{id_},"error":{text}}}'


@asynccontextmanager
async def over_http(mirror: Mirror) -> AsyncIterator[str]:
    """The URL of ``mirror`` over Streamable HTTP; one message is answered with JSON, several with a stream."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return web.Response(status=405)
        replies = mirror.replies(json.loads(await request.read()))
        first = next(replies, None)
        if first is None:
            return web.Response(status=202)
        second = next(replies, None)
        if second is None:
            return web.Response(body=first.encode(), content_type="application/json", headers={"mcp-session-id": "s"})
        stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await stream.prepare(request)
        for reply in (first, second, *replies):
            await stream.write(f"data: {reply}\n\n".encode())
        return stream

    async with serving(handle) as url:
        yield f"{url}/mcp"


@asynccontextmanager
async def over_sse(mirror: Mirror) -> AsyncIterator[str]:
    """The URL of ``mirror`` over HTTP+SSE."""
    streams: dict[str, asyncio.Queue[str]] = {}

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            for reply in mirror.replies(json.loads(await request.read())):
                streams[request.query["s"]].put_nowait(reply)
            return web.Response(status=202)
        name = str(len(streams))
        queue = streams[name] = asyncio.Queue[str]()
        stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await stream.prepare(request)
        await stream.write(f"event: endpoint\ndata: /messages?s={name}\n\n".encode())
        while True:
            await stream.write(f"event: message\ndata: {await queue.get()}\n\n".encode())

    async with serving(handle) as url:
        yield f"{url}/sse"


def main(era: Era, file: str) -> None:
    """Speak over stdio until the input ends."""
    mirror = Mirror(json.loads(Path(file).read_text(encoding="utf-8")), era)
    for line in sys.stdin.buffer:
        for reply in mirror.replies(json.loads(line)):
            sys.stdout.buffer.write(reply.encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main("stateless" if sys.argv[1] == "stateless" else "handshake", sys.argv[2])
