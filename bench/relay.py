"""The bare relay: uvicorn and a client and not a line more; over aiohttp the floor that the gateway is compared with.

``python -m bench.relay URL [CLIENT]`` forwards every POST to URL over CLIENT, which is ``aiohttp`` or ``wire``
(the gateway's own, :mod:`mcptui.upstream.wire`); prints its port.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Final, NamedTuple

import aiohttp
from starlette.types import Receive, Scope, Send

from bench.serve import serve
from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.head import header_lines, request_line

_OWN: Final = frozenset({b"host", b"content-length", b"connection", b"accept-encoding", b"user-agent"})
_LARGEST: Final = 2**24


class Answer(NamedTuple):
    """What the server has answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Relay(ABC):
    """Forwards bytes and headers; knows nothing of MCP."""

    def __init__(self, url: str) -> None:
        self._url = url

    @abstractmethod
    async def forward(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST and read the whole answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"] if name not in _OWN}
        answer = await self.forward(body, headers)
        head = [(b"content-type", answer.headers.get("content-type", "").encode())]
        if "mcp-session-id" in answer.headers:
            head.append((b"mcp-session-id", answer.headers["mcp-session-id"].encode()))
        head.append((b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        await send({"type": "http.response.body", "body": answer.body})


class AiohttpRelay(Relay):
    """Over aiohttp's client."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._client: aiohttp.ClientSession | None = None

    async def forward(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST and read the whole answer."""
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )
        async with self._client.post(self._url, data=body, headers=headers) as response:
            return Answer(response.status, response.headers, await response.read())


class WireRelay(Relay):
    """Over the gateway's own client."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._client = HttpClient()
        self._address = Address.parse(url)

    async def forward(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST and read the whole answer."""
        head = request_line("POST", self._address) + header_lines(headers)
        response = await self._client.send(self._address, b"%bcontent-length: %d\r\n\r\n" % (head, len(body)), body)
        answer = Answer(response.status, response.headers, await response.read(_LARGEST))
        response.release()
        return answer


_RELAYS: Final = {"aiohttp": AiohttpRelay, "wire": WireRelay}


if __name__ == "__main__":
    serve(_RELAYS[sys.argv[2] if len(sys.argv) > 2 else "aiohttp"](sys.argv[1]))
