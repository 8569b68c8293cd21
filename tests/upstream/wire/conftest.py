from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.head import request_line
from mcptui.upstream.wire.response import Response


class RawServer:
    """Says byte by byte what a test wants."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests: list[bytes] = []
        self.asked = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []
        #: What each request is answered with; the last one for all that follow.
        self.answers: list[bytes] = []
        #: Hang up after an answer.
        self.hang_up = False
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                    self.requests.append(head + await reader.readexactly(size))
                    self.asked.set()
                    answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                    writer.write(answer)
                    await writer.drain()
                    if self.hang_up:
                        break
        finally:
            writer.close()

    @property
    def address(self) -> Address:
        return Address.parse(f"http://127.0.0.1:{self.port}/x")


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    raw = RawServer()
    listening = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    raw.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield raw


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with HttpClient() as client:
        yield client


@pytest.fixture
def send(client: HttpClient, server: RawServer) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def send(body: bytes = b"") -> Response:
        head = request_line("POST", server.address) + b"content-length: %d\r\n\r\n" % len(body)
        return await client.send(server.address, head, body)

    return send
