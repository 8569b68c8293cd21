"""The bare relay: uvicorn and aiohttp and not a line more; the floor that the gateway is compared with.

``python -m bench.relay URL`` forwards every POST to URL; prints its port.
"""

from __future__ import annotations

import sys

import aiohttp
from starlette.types import Receive, Scope, Send

from bench.serve import serve

_OWN = frozenset({b"host", b"content-length", b"connection", b"accept-encoding", b"user-agent"})


class Relay:
    """Forwards bytes and headers; knows nothing of MCP."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"] if name not in _OWN}
        async with self._client.post(self._url, data=body, headers=headers) as response:
            answer = await response.read()
            head = [(b"content-type", response.headers.get("content-type", "").encode())]
            if "mcp-session-id" in response.headers:
                head.append((b"mcp-session-id", response.headers["mcp-session-id"].encode()))
            head.append((b"content-length", b"%d" % len(answer)))
            await send({"type": "http.response.start", "status": response.status, "headers": head})
            await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    serve(Relay(sys.argv[1]))
