from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from mcptui.daemon import slow_readers
from mcptui.daemon.http_server import served
from mcptui.model import GatewaySettings

SETTINGS = GatewaySettings(max_head_bytes=2_000, max_headers=10)
Exchange = Callable[..., Awaitable[bytes]]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the path, the names of the headers, and the body."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message.get("body", b""), message.get("more_body", False)
    names = b",".join(name for name, _ in scope["headers"])
    text = b"|".join([scope["raw_path"], names, body])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]})
    await send({"type": "http.response.body", "body": text})


@contextlib.asynccontextmanager
async def server(
    app: Any = echo, settings: GatewaySettings = SETTINGS
) -> AsyncIterator[Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    async with asyncio.timeout(30), served(app, listener, lambda: settings, grace=0):
        yield lambda: asyncio.open_connection("127.0.0.1", listener.getsockname()[1])


async def answer_to(*pieces: bytes, settings: GatewaySettings = SETTINGS, app: Any = echo) -> bytes:
    """All that comes until the gateway closes, or the client does after everything has been answered."""
    async with server(app, settings) as connect:
        reader, writer = await connect()
        answer = b""
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            answer = await reader.read()
        writer.close()
        return answer


HEAD = b"POST /p HTTP/1.1\r\nhost: h\r\nconnection: close\r\n"


def head_of(size: int) -> bytes:
    return HEAD + b"x: " + b"a" * size + b"\r\ncontent-length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ([head_of(1_900)], b"200"),
        ([head_of(2_100)], b"431"),
        ([head_of(1_900)[:30], head_of(1_900)[30:]], b"200"),
        ([HEAD + b"x: " + b"a" * 3_000], b"431"),
        ([HEAD + b"x: ", b"a" * 1_500, b"a" * 1_500], b"431"),
        ([HEAD + b"a:b\r\n" * 7 + b"\r\n"], b"200"),
        ([HEAD + b"a:b\r\n" * 30 + b"\r\n"], b"431"),
        ([HEAD + b"a:b\r\n" * 900], b"431"),
        ([b"GET /" + b"a" * 3_000], b"431"),
        ([b"G" * 3_000], b"400"),
        ([b"\r\n" * 3_000], b"431"),
        ([b"GET /" + b"a" * 1_900 + b" HTTP/1.1\r\nx: " + b"a" * 200 + b"\r\n\r\n"], b"431"),
        ([b"\x16\x03\x01\x02\x00\x01"], b"400"),
        ([b"GET / HTTP/9.9\r\n\r\n"], b"400"),
        ([b"CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n"], b"501"),
    ],
)
async def test_heads(sent: list[bytes], status: bytes) -> None:
    answer = await answer_to(*sent)
    assert answer.startswith(b"HTTP/1.1 " + status), answer
    if status != b"200":
        assert b"connection: close" in answer
        assert b'"message":' in answer


CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status", "body"),
    [
        (CHUNKED + b"2\r\nhi\r\n0\r\n\r\n", b"200", b"hi"),
        (CHUNKED + b"1\r\nh\r\n" * 5_000 + b"0\r\n\r\n", b"200", b"h" * 5_000),
        (CHUNKED + b"2\r\nhi\r\n0\r\nx-trailer: 1\r\n\r\n", b"200", b"hi"),
        (CHUNKED + b"2\r\nhi\r\n0\r\n" + b"a:b\r\n" * 9_000, b"400", b""),
        (CHUNKED + b"2\r\nhi\r\n0\r\na:" + b"b" * 9_000, b"400", b""),
        (CHUNKED + b"2;a=" + b"b" * 9_000, b"400", b""),
        (CHUNKED + b"zz\r\n", b"400", b""),
    ],
)
async def test_bodies(sent: bytes, status: bytes, body: bytes) -> None:
    answer = await answer_to(sent)
    assert answer.startswith(b"HTTP/1.1 " + status), answer
    assert b"x-trailer" not in answer
    if body:
        assert answer.endswith(b"|" + body)


@pytest.mark.parametrize(
    "offer",
    [
        b"connection: Upgrade, HTTP2-Settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
        b"connection: close\r\nconnection: upgrade\r\nupgrade: websocket\r\n",
        b"upgrade: TLS/1.0\r\nconnection: close, upgrade\r\n",
    ],
)
@pytest.mark.parametrize(
    "body", [b"content-length: 2\r\n\r\nhi", b"transfer-encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n"]
)
async def test_the_offer_of_another_protocol_is_ignored(offer: bytes, body: bytes) -> None:
    """curl --http2 and Java's client offer h2c with their first request, body included."""
    request = b"POST /p?q=1 HTTP/1.1\r\nhost: h\r\n" + offer + body
    for sent in ([request], [request[:50], request[50:]], [request[:-3], request[-3:]]):
        answer = await answer_to(*sent)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert answer.endswith(b"|hi")
        assert b"upgrade" not in answer


async def test_requests_behind_each_other_are_answered_in_their_order() -> None:
    first = b"POST /1 HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nhi"
    answer = await answer_to(first * 300 + HEAD + b"content-length: 2\r\n\r\nhi")
    assert answer.count(b"HTTP/1.1 200") == 301


async def test_what_follows_a_good_request_does_not_cut_its_answer() -> None:
    answered = asyncio.Event()

    async def later(scope: Scope, receive: Receive, send: Send) -> None:
        await answered.wait()
        await echo(scope, receive, send)

    async with server(later) as connect:
        reader, writer = await connect()
        writer.write(b"POST /1 HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nhi" + b"\x00nonsense\r\n\r\n")
        asyncio.get_running_loop().call_later(0.01, answered.set)
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1
    assert answer.endswith(b"|hi")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", b"408"),
        (b"GET / HTTP/1.1\r\nhost:", b"408"),
        (HEAD + b"content-length: 5\r\n\r\n", b"408"),
        (HEAD + b"content-length: 5\r\n\r\nhi", b"408"),
        (CHUNKED + b"2\r\nhi\r\n", b"408"),
        (b"GET /1 HTTP/1.1\r\nhost: h\r\n\r\nGET /2 HTTP/1.1\r\n", b"200"),
    ],
)
async def test_what_stands_still_ends(sent: bytes, status: bytes) -> None:
    settings = replace(SETTINGS, head_timeout=0.02, body_timeout=0.02)
    answer = b""
    async with server(settings=settings) as connect:
        reader, writer = await connect()
        writer.write(sent)
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 " + status), answer


async def test_an_app_that_does_not_read_is_not_the_fault_of_the_client() -> None:
    read = asyncio.Event()

    async def later(scope: Scope, receive: Receive, send: Send) -> None:
        await read.wait()
        await echo(scope, receive, send)

    settings = replace(SETTINGS, body_timeout=0.01)
    async with server(later, settings) as connect:
        reader, writer = await connect()
        writer.write(HEAD + b"content-length: 900000\r\n\r\n" + b"a" * 100_000)
        asyncio.get_running_loop().call_later(0.05, read.set)
        await read.wait()
        writer.write(b"a" * 800_000)
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_client_that_takes_nothing_is_cut_off() -> None:
    gone = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            gone.set()

        watching = asyncio.create_task(watch())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not gone.is_set():
            await send({"type": "http.response.body", "body": b"a" * 100_000, "more_body": True})
            await asyncio.sleep(0)
        await watching

    async with server(endless, replace(SETTINGS, send_timeout=0.05)) as connect:
        _, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nhost: h\r\n\r\n")
        await gone.wait()
        writer.close()


async def test_what_waits_for_slow_clients_is_bounded_for_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_readers, "_LOOK", 0.01)
    gone = asyncio.Queue[None]()

    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a" * 60_000_000, "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.put_nowait(None)

    async with server(large, replace(SETTINGS, max_unread_bytes=70_000_000)) as connect:
        writers = []
        for _ in range(3):
            _, writer = await connect()
            writer.write(b"GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            writers.append(writer)
        # One of them stays: what waits for it is within the limit.
        await gone.get()
        await gone.get()
        assert gone.empty()
        for writer in writers:
            writer.close()
        await gone.get()


async def test_a_client_that_takes_little_is_not_cut_off() -> None:
    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(40):
            await send({"type": "http.response.body", "body": b"a" * 100_000, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    answer = await answer_to(HEAD + b"\r\n", app=large, settings=replace(SETTINGS, send_timeout=5))
    assert answer.count(b"a" * 100_000) == 40


async def test_beyond_the_limit_a_connection_is_refused_or_takes_the_place_of_an_unused_one() -> None:
    asked, go_on = asyncio.Queue[None](), asyncio.Event()

    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        asked.put_nowait(None)
        await go_on.wait()
        await echo(scope, receive, send)

    async with server(waits, replace(SETTINGS, max_connections=16)) as connect:
        pairs = [await connect() for _ in range(16)]
        for _, writer in pairs[1:]:
            writer.write(b"GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            await asked.get()
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nhost: h\r\n\r\n")
        await asked.get()
        assert await pairs[0][0].read() == b""  # unused
        refused, closing = await connect()
        assert (await refused.read()).startswith(b"HTTP/1.1 503")
        go_on.set()
        assert (await reader.read(12)) == b"HTTP/1.1 200"
        for each in (writer, closing, *(w for _, w in pairs)):
            each.close()
