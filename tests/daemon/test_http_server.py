from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import httpx2
from starlette.types import Receive, Scope, Send

from mcptui.daemon.http_server import served
from mcptui.model import GatewaySettings


@contextlib.asynccontextmanager
async def client_of(listener: socket.socket) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
        yield client


def listening() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    return listener


class Slow:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.entered, self.go_on, self.cancelled = asyncio.Event(), asyncio.Event(), False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.entered.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"done"})


async def test_a_request_under_way_may_end() -> None:
    app, listener = Slow(), listening()
    async with client_of(listener) as client:
        async with served(app, listener, GatewaySettings, grace=10):
            asking = asyncio.create_task(client.get("/"))
            await app.entered.wait()
            asyncio.get_running_loop().call_soon(app.go_on.set)
        assert (await asking).text == "done"
    assert not app.cancelled


async def test_what_takes_longer_is_cancelled() -> None:
    app, listener = Slow(), listening()
    async with client_of(listener) as client:
        async with served(app, listener, GatewaySettings, grace=0):
            asking = asyncio.create_task(client.get("/"))
            await app.entered.wait()
        assert app.cancelled
        assert (await asking).status_code == 500


async def test_a_connection_in_no_use_is_not_waited_for() -> None:
    app, listener = Slow(), listening()
    app.go_on.set()
    async with asyncio.timeout(10), client_of(listener) as client, served(app, listener, GatewaySettings, grace=3600):
        assert (await client.get("/")).text == "done"
