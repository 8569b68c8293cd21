from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import zlib
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import pytest

from mcptui.upstream.wire import client as client_module
from mcptui.upstream.wire import connection as connection_module
from mcptui.upstream.wire import opening as opening_module
from mcptui.upstream.wire import response as response_module
from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.connection import Connection
from mcptui.upstream.wire.errors import BrokenError, ConnectError, TooLargeError
from mcptui.upstream.wire.response import Response

Send = Callable[..., Coroutine[Any, Any, Response]]


class Server(Protocol):
    connections: int
    requests: list[bytes]
    answers: list[bytes]
    hang_up: bool
    port: int
    address: Address
    asked: asyncio.Event
    writers: list[asyncio.StreamWriter]


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def streamed(*chunks: bytes, headers: str = "") -> bytes:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))
    return f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{headers}\r\n".encode() + framed


async def read(response: Response, limit: int = 1_000_000) -> bytes:
    try:
        body = await response.read(limit)
    except BaseException:
        response.close()
        raise
    response.release()
    return body


async def test_a_request_and_its_response(server: Server, send: Send) -> None:
    server.answers = [answer(b"hello", "Content-Type: Application/JSON; charset=x", "X-A: 1", "x-a: 2")]
    response = await send(b"body")
    assert (response.status, response.content_type, response.content_length) == (200, "application/json", 5)
    assert response.headers["x-a"] == "1, 2"
    assert await read(response) == b"hello"
    assert server.requests == [b"POST /x HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-length: 4\r\n\r\nbody" % server.port]


async def test_a_connection_serves_many_requests(server: Server, send: Send) -> None:
    server.answers = [answer(b"a"), streamed(b"b", b"c"), answer(b"", status="202 Accepted"), answer(b"d")]
    bodies = [await read(await send()) for _ in range(4)]
    assert bodies == [b"a", b"bc", b"", b"d"]
    assert server.connections == 1


async def test_requests_side_by_side_have_connections_of_their_own(server: Server, send: Send) -> None:
    server.answers = [answer(b"a")]
    first, second = await asyncio.gather(send(), send())
    assert (await read(first), await read(second)) == (b"a", b"a")
    await read(await send())
    assert server.connections == 2


@pytest.mark.parametrize("header", ["Connection: close", "connection: Close"])
async def test_a_connection_that_the_server_ends_is_not_used_again(server: Server, send: Send, header: str) -> None:
    server.answers = [answer(b"a", header)]
    for _ in range(2):
        assert await read(await send()) == b"a"
    assert server.connections == 2


async def test_what_was_given_up_is_not_used_again(server: Server, send: Send) -> None:
    server.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", answer(b"a")]
    (await send()).close()
    response = await send()
    assert await read(response) == b"a"
    assert server.connections == 2
    response.release()
    response.close()  # given back already: not ours to close
    await read(await send())
    assert server.connections == 2


async def begun(response: Response) -> Connection:
    """The connection of a response that is released while the rest of its body is still to come."""
    connection = response._connection
    assert connection is not None
    async with contextlib.aclosing(response.chunks()) as chunks:
        assert await anext(chunks) == b"answer"
    response.release()
    return connection


async def test_the_end_of_a_stream_that_nobody_waits_for_frees_its_connection(server: Server, send: Send) -> None:
    server.answers = [streamed(b"answer")[:-5], answer(b"next")]
    connection = await begun(await send())
    connection.data_received(b"0\r\n\r\n")
    assert await read(await send()) == b"next"
    assert server.connections == 1


@pytest.mark.parametrize(("seconds", "size"), [(0.0, 10**9), (3600.0, -1)])
async def test_a_stream_that_goes_on_loses_its_connection(
    server: Server, send: Send, monkeypatch: pytest.MonkeyPatch, seconds: float, size: int
) -> None:
    monkeypatch.setattr(connection_module, "DRAIN_SECONDS", seconds)
    monkeypatch.setattr(connection_module, "DRAIN_BYTES", size)
    server.answers = [streamed(b"answer")[:-5], answer(b"next")]
    connection = await begun(await send())
    connection.data_received(b"4\r\nmore\r\n")
    async with asyncio.timeout(20):
        while not connection.closed:  # noqa: ASYNC110  a timer ends it
            await asyncio.sleep(0)
    assert await read(await send()) == b"next"
    assert server.connections == 2


async def test_a_second_answer_behind_an_unwanted_rest_ends_the_connection(server: Server, send: Send) -> None:
    server.answers = [streamed(b"answer")[:-5], answer(b"next")]
    connection = await begun(await send())
    connection.data_received(b"0\r\n\r\n" + answer(b"evil"))
    assert connection.closed
    assert await read(await send()) == b"next"
    assert server.connections == 2


async def test_a_second_answer_is_not_taken_for_the_next_requests(server: Server, send: Send) -> None:
    """Response splitting: whoever makes a server say more must not answer somebody else."""
    server.answers = [answer(b"a") + answer(b"evil"), answer(b"b")]
    assert await read(await send()) == b"a"
    assert await read(await send()) == b"b"
    assert server.connections == 2


async def test_bytes_that_nobody_asked_for_end_the_connection(server: Server, send: Send, client: HttpClient) -> None:
    server.answers = [answer(b"a"), answer(b"b")]
    response = await send()
    await response.read(10)
    connection = response._connection
    assert connection is not None
    response.release()
    connection.data_received(answer(b"evil"))
    assert connection.closed
    assert await read(await send()) == b"b"


async def test_informational_responses_are_passed_over(server: Server, send: Send) -> None:
    server.answers = [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + answer(b"a")]
    response = await send()
    assert response.status == 200
    assert "link" not in response.headers
    assert await read(response) == b"a"


async def test_a_body_without_length_ends_with_the_connection(server: Server, send: Send) -> None:
    server.answers, server.hang_up = [b"HTTP/1.1 200 OK\r\n\r\nall of it"], True
    assert await read(await send()) == b"all of it"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
async def test_what_breaks_off(server: Server, send: Send, broken: bytes) -> None:
    server.answers, server.hang_up = [broken], True
    with pytest.raises(BrokenError, match="closed the connection"):
        await read(await send())


@pytest.mark.parametrize(
    "strange",
    [
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
async def test_what_is_not_http(server: Server, send: Send, strange: bytes) -> None:
    server.answers = [strange]
    with pytest.raises(BrokenError, match="not answer with HTTP"):
        await read(await send())


async def test_an_endless_head(server: Server, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "MAX_HEAD", 1_000)
    server.answers = [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2_000]
    with pytest.raises(BrokenError, match="larger than 1000"):
        await send()


@pytest.mark.parametrize("body", [answer(b"x" * 11), streamed(b"x" * 6, b"x" * 5)])
async def test_a_body_over_the_limit(server: Server, send: Send, body: bytes) -> None:
    server.answers = [body]
    with pytest.raises(TooLargeError):
        await read(await send(), 10)


@pytest.mark.parametrize("size", [0, 5, 3_000_000])
async def test_compressed_bodies(server: Server, send: Send, size: int) -> None:
    body = b"x" * size
    byte_by_byte = [bytes([byte]) for byte in zlib.compress(body)]
    server.answers = [
        answer(gzip.compress(body), "Content-Encoding: gzip"),
        streamed(*byte_by_byte, headers="Content-Encoding: deflate\r\n"),
    ]
    limit = max(size, 100)
    assert await read(await send(), limit) == body
    assert await read(await send(), limit) == body


async def test_a_small_body_that_grows(server: Server, send: Send) -> None:
    server.answers = [answer(gzip.compress(b"\0" * 50_000_000), "Content-Encoding: gzip")]
    with pytest.raises(TooLargeError):
        await read(await send(), 1_000_000)


@pytest.mark.parametrize(("coding", "body"), [("gzip", b"no"), ("br", b"x"), ("gzip, gzip", b"x")])
async def test_a_coding_that_cannot_be_undone(server: Server, send: Send, coding: str, body: bytes) -> None:
    server.answers = [answer(body, f"Content-Encoding: {coding}")]
    with pytest.raises(BrokenError):
        await read(await send())


async def test_a_slow_reader_makes_the_server_wait(server: Server, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_module, "HIGH_WATER", 100_000)
    body = bytes(range(256)) * 100_000
    server.answers = [answer(body), answer(b"next")]
    response = await send()
    async with asyncio.timeout(20):
        while not response._paused:  # noqa: ASYNC110  the socket says nothing when it is full
            await asyncio.sleep(0)
    assert not response._complete
    assert await read(response, len(body)) == body
    assert await read(await send()) == b"next"
    assert server.connections == 1


async def test_a_cancelled_wait_ends_the_connection(server: Server, send: Send) -> None:
    server.answers = [b"", answer(b"b")]
    waiting = asyncio.create_task(send())
    await server.asked.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await read(await send()) == b"b"
    assert server.connections == 2


async def test_what_the_server_closed_meanwhile_is_opened_again(server: Server, send: Send) -> None:
    server.answers = [answer(b"a")]
    response = await send()
    await response.read(10)
    connection = response._connection
    assert connection is not None
    response.release()
    connection.connection_lost(None)
    assert await read(await send()) == b"a"
    assert server.connections == 2


@pytest.mark.parametrize(
    ("header", "margin", "connections"),
    [("timeout=5, max=10", 1.0, 1), ("timeout=5", 5.1, 2), ("timeout=x", 9.0, 1), ("max=3", 9.0, 1)],
)
async def test_a_server_says_how_long_it_keeps_a_connection(
    server: Server, send: Send, monkeypatch: pytest.MonkeyPatch, header: str, margin: float, connections: int
) -> None:
    monkeypatch.setattr(client_module, "MARGIN", margin)
    server.answers = [answer(b"a", f"Keep-Alive: {header}")]
    for _ in range(2):
        await read(await send())
    assert server.connections == connections


async def test_a_connection_is_looked_at_before_it_is_used(
    server: Server, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [answer(b"a")]
    for _ in range(2):
        await read(await send())
    assert server.connections == 1
    monkeypatch.setattr(Connection, "hung_up", True)
    await read(await send())
    assert server.connections == 2


async def test_a_closing_that_the_loop_has_not_seen_is_seen(server: Server, send: Send) -> None:
    server.answers = [answer(b"a")]
    response = await send()
    connection = response._connection
    assert connection is not None
    await read(response)
    seen = [connection.hung_up]
    server.writers[0].write(b"x")  # goes out at once, and the loop gets no turn
    seen.append(connection.hung_up)
    connection.close()
    assert [*seen, connection.hung_up] == [False, True, True]


async def test_unused_connections_are_closed(
    server: Server, send: Send, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [answer(b"a")]
    await read(await send())
    client._close_idle()
    await read(await send())
    assert server.connections == 1
    monkeypatch.setattr(client_module, "KEEP", -1.0)
    client._close_idle()
    assert client._idle == {}
    await read(await send())
    assert server.connections == 2


async def test_closing_ends_what_is_open(server: Server, send: Send, client: HttpClient) -> None:
    server.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"]
    response = await send()
    client.close()
    with pytest.raises(BrokenError):
        await response.read(100)


async def test_nobody_listens(client: HttpClient, unused_tcp_port: int) -> None:
    with pytest.raises(ConnectError) as caught:
        await client.send(Address.parse(f"http://localhost:{unused_tcp_port}/"), b"")
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_no_such_host(client: HttpClient) -> None:
    with pytest.raises(ConnectError) as caught:
        await client.send(Address.parse("http://nothing.invalid/"), b"")
    assert isinstance(caught.value.__cause__, socket.gaierror)


async def test_who_accepts_and_says_nothing(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_module, "CONNECT", 0.0)
    with pytest.raises(ConnectError) as caught:
        await client.send(Address.parse("http://127.0.0.1:1/"), b"")
    assert isinstance(caught.value.__cause__, TimeoutError)
