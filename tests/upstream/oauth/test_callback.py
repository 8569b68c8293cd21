"""The page that the browser comes back to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from mcptui.errors import RefusedError
from mcptui.upstream.oauth.callback import Callback


@pytest.fixture
async def callback() -> AsyncIterator[Callback]:
    opened = await Callback.open()
    yield opened
    opened.close()


def port_of(callback: Callback) -> int:
    port = urlsplit(callback.redirect_uris[0]).port
    assert port is not None
    return port


async def sent(callback: Callback, request: bytes) -> bytes:
    """What a connection that sends ``request`` gets, until it is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(callback))
    writer.write(request)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_redirect_arrives_and_the_page_keeps_to_itself(callback: Callback) -> None:
    answer = await sent(callback, b"GET /callback?code=1&state=2 HTTP/1.1\r\nhost: x\r\n\r\n")
    assert await callback.wait() == "/callback?code=1&state=2"
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    for line in (b"cache-control: no-store", b"referrer-policy: no-referrer", b"content-length: %d" % len(body)):
        assert line in head.split(b"\r\n")
    assert b"default-src 'none'" in head
    assert b"code=1" not in body


@pytest.mark.parametrize(
    "request_", [b"GET /favicon.ico HTTP/1.1\r\n\r\n", b"POST /callback?code=1 HTTP/1.1\r\n\r\n", b"GET \r\n\r\n"]
)
async def test_anything_else_is_not_found(callback: Callback, request_: bytes) -> None:
    assert (await sent(callback, request_)).startswith(b"HTTP/1.1 404 Not Found")
    await sent(callback, b"GET /callback?later HTTP/1.1\r\n\r\n")
    assert await callback.wait() == "/callback?later"


@pytest.mark.parametrize("request_", [b"", b"GET /callback", b"x" * 100_000, b"GET http://[ HTTP/1.1\r\n\r\n"])
async def test_what_is_no_browser_is_hung_up_on(callback: Callback, request_: bytes) -> None:
    with contextlib.suppress(ConnectionError):  # closed before all was sent
        assert await sent(callback, request_) == b""
    await sent(callback, b"GET /callback?later HTTP/1.1\r\n\r\n")
    assert await callback.wait() == "/callback?later"


async def test_a_flood_is_answered_and_the_first_ones_are_kept(callback: Callback) -> None:
    for number in range(12):
        assert b"200 OK" in await sent(callback, b"GET /callback?%d HTTP/1.1\r\n\r\n" % number)
    assert [await callback.wait() for _ in range(8)] == [f"/callback?{number}" for number in range(8)]


async def test_a_port_that_is_taken(callback: Callback) -> None:
    port = port_of(callback)
    for uri, wanted in ((None, port), (f"http://localhost:{port}/x", None), ("http://localhost/x", port)):
        with pytest.raises(RefusedError, match=f"port {port} is in use"):
            await Callback.open(uri, wanted)


async def test_a_port_that_is_wanted() -> None:
    first = await Callback.open()
    first.close()
    second = await Callback.open(port=port_of(first))
    assert second.redirect_uris == first.redirect_uris
    second.close()


async def test_the_usual_addresses_are_this_machine_by_number_and_by_name(callback: Callback) -> None:
    port = port_of(callback)
    assert callback.redirect_uris == (f"http://127.0.0.1:{port}/callback", f"http://localhost:{port}/callback")


@pytest.mark.parametrize(
    ("uri", "becomes", "path"),
    [
        ("http://localhost/back", "http://localhost:PORT/back", "/back"),
        ("http://127.0.0.1/", "http://127.0.0.1:PORT/", "/"),
        ("http://localhost", "http://localhost:PORT", "/"),
        ("http://[::1]/a/b", "http://[::1]:PORT/a/b", "/a/b"),
        ("http://localhost:PORT/oauth/callback", "http://localhost:PORT/oauth/callback", "/oauth/callback"),
    ],
)
async def test_a_configured_address_of_this_machine_is_listened_at(uri: str, becomes: str, path: str) -> None:
    free = await Callback.open()
    free.close()
    port = port_of(free)
    callback = await Callback.open(uri.replace("PORT", str(port)), None if "PORT" in uri else port)
    assert callback.redirect_uris == (becomes.replace("PORT", str(port)),)
    assert b"200 OK" in await sent(callback, b"GET %s?code=1 HTTP/1.1\r\n\r\n" % path.encode())
    assert await callback.wait() == f"{path}?code=1"
    assert b"404" in await sent(callback, b"GET /elsewhere?code=1 HTTP/1.1\r\n\r\n")
    callback.close()


@pytest.mark.parametrize("uri", ["https://me.example/back", "http://me.example/back", "https://localhost:1/back"])
async def test_what_comes_back_elsewhere_is_pasted(uri: str) -> None:
    callback = await Callback.open(uri, 1)
    assert callback.redirect_uris == (uri,)
    callback.close()
