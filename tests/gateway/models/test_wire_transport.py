"""The way to model providers: everything that httpx2's own transport does."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest
from aiohttp import web

from mcptui.gateway.models.wire_transport import WireTransport
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.wire.client import HttpClient
from tests.support.aiohttp_server import runner_of
from tests.support.home import free_port

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with HttpClient() as wire, httpx2.AsyncClient(transport=WireTransport(wire)) as client:
        yield client


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Handler], Awaitable[str]]]:
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = runner_of(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


async def test_a_request_arrives_as_it_is(
    client: httpx2.AsyncClient, serve: Callable[[Handler], Awaitable[str]]
) -> None:
    async def echo(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        told = {"method": request.method, "path": request.path_qs, "headers": headers}
        return web.json_response({**told, "body": (await request.read()).decode()})

    url = await serve(echo)
    answer = (await client.post(f"{url}/v1/x?a=b%20c", json={"é": 1}, headers={"x-own": "yes"})).json()
    assert (answer["method"], answer["path"], answer["body"]) == ("POST", "/v1/x?a=b%20c", '{"é":1}')
    assert answer["headers"]["x-own"] == "yes"
    assert answer["headers"]["content-length"] == "8"
    assert (await client.get(f"{url}/nothing")).json()["body"] == ""


async def test_a_compressed_answer(client: httpx2.AsyncClient, serve: Callable[[Handler], Awaitable[str]]) -> None:
    async def packed(_: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b"hello" * 1000), headers={"content-encoding": "gzip"})

    response = await client.get(await serve(packed))
    assert response.content == b"hello" * 1000


async def test_an_answer_that_is_left_ends_there(
    client: httpx2.AsyncClient, serve: Callable[[Handler], Awaitable[str]]
) -> None:
    left = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse()
        await stream.prepare(request)
        try:
            await stream.write(b"piece")
            await asyncio.Event().wait()
        finally:
            left.set()
        return stream

    async with client.stream("GET", await serve(endless)) as response:
        assert await anext(response.aiter_bytes()) == b"piece"
    await asyncio.wait_for(left.wait(), 10)


async def test_what_goes_wrong(client: httpx2.AsyncClient, serve: Callable[[Handler], Awaitable[str]]) -> None:
    async def silent(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async def cut(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"content-length": "100"})
        await stream.prepare(request)
        await stream.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return stream

    with pytest.raises(httpx2.ConnectError, match=r"Connect call failed|refused"):
        await client.get(f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(httpx2.ReadTimeout):
        await client.get(await serve(silent), timeout=httpx2.Timeout(5, read=0.05))
    with pytest.raises(httpx2.RemoteProtocolError):
        await client.get(await serve(cut))


async def test_what_to_do_is_said_by_the_cause(client: httpx2.AsyncClient) -> None:
    with pytest.raises(httpx2.ConnectError) as caught:
        await client.get(f"http://127.0.0.1:{free_port()}/")
    assert isinstance(caught.value.__cause__, UpstreamError)
    assert caught.value.__cause__.hint == "Check that the server is running and the port is correct."
