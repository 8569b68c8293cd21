"""Bytes of a server as responses to requests; the transport is a list, nothing is sent."""

from __future__ import annotations

import asyncio
import math
import ssl
from collections.abc import AsyncIterator

import pytest

from mcptui.upstream.wire import connection as module
from mcptui.upstream.wire.connection import Connection
from mcptui.upstream.wire.errors import BrokenError, TlsError
from mcptui.upstream.wire.response import Response
from tests.support.transport import Transport

HEAD = b"HTTP/1.1 200 OK\r\n"


class Wire:
    """A connection, and how often it was given back."""

    def __init__(self) -> None:
        self.released = 0
        self.transport = Transport()
        self.connection = Connection(self._released)
        self.connection.connection_made(self.transport)

    def _released(self, _: Connection) -> None:
        self.released += 1

    def ask(self, body: bytes = b"") -> asyncio.Task[Response]:
        return asyncio.create_task(self.connection.send(b"HEAD", body))

    async def answered(self, *pieces: bytes) -> Response:
        """The response that begins in ``pieces``."""
        asked = self.ask()
        await asyncio.sleep(0)
        for piece in pieces:
            self.connection.data_received(piece)
        return await asked


@pytest.fixture
async def wire() -> Wire:
    return Wire()


@pytest.mark.parametrize(("size", "writes"), [(0, 1), (10, 1), (module._TOGETHER, 1), (module._TOGETHER + 1, 2)])
async def test_a_small_body_goes_out_with_its_head(wire: Wire, size: int, writes: int) -> None:
    asked = wire.ask(b"x" * size)
    await asyncio.sleep(0)
    assert len(wire.transport.written) == writes
    assert b"".join(wire.transport.written) == b"HEAD" + b"x" * size
    wire.connection.close()
    with pytest.raises(BrokenError, match="was closed"):
        await asked


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
async def test_the_response_is_the_same_however_its_bytes_come(wire: Wire, size: int) -> None:
    whole = HEAD + b"X-A: 1\r\nx-a: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    response = await wire.answered(*(whole[at : at + size] for at in range(0, len(whole), size)))
    assert (response.status, response.headers) == (200, {"x-a": "1, 2", "transfer-encoding": "chunked"})
    assert await response.read(10) == b"abcde"
    response.release()
    assert wire.released == 1


@pytest.mark.parametrize(
    "trailer",
    [
        b"Content-Encoding: gzip\r\n",
        b"Content-Type: text/html\r\n",
        b"Keep-Alive: timeout=0\r\n",
        b"X-A: 2\r\nSet-Cookie: a=b\r\n",
    ],
)
async def test_what_stands_behind_the_body_is_no_header(wire: Wire, trailer: bytes) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\nX-A: 1\r\n\r\n"
    response = await wire.answered(head + b"3\r\nabc\r\n0\r\n" + trailer + b"\r\n")
    assert response.headers == {"transfer-encoding": "chunked", "content-type": "text/plain", "x-a": "1"}
    assert await response.read(10) == b"abc"
    assert wire.connection.keep_alive == math.inf
    response.release()
    assert wire.released == 1


async def test_headers_of_an_informational_response_are_not_those_of_the_real_one(wire: Wire) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\nKeep-Alive: timeout=1\r\n\r\n"
    response = await wire.answered(early * 2 + HEAD + b"Content-Length: 0\r\n\r\n")
    assert response.headers == {"content-length": "0"}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"timeout=5", 5.0),
        (b"timeout=5, max=100", 5.0),
        (b"max=100, Timeout=60", 60.0),
        (b"timeout=0", 0.0),
        (b"timeout=soon", math.inf),
        (b"timeout=9999999", math.inf),
        (b"max=5", math.inf),
        (b"", math.inf),
    ],
)
async def test_how_long_the_server_keeps_it(wire: Wire, value: bytes, seconds: float) -> None:
    await wire.answered(HEAD + b"Content-Length: 0\r\nKeep-Alive: " + value + b"\r\n\r\n")
    assert wire.connection.keep_alive == seconds


@pytest.mark.parametrize(
    ("answer", "is_kept"),
    [
        (HEAD + b"Content-Length: 1\r\n\r\na", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", True),
        (HEAD + b"Connection: close\r\nContent-Length: 1\r\n\r\na", False),
        (HEAD + b"Content-Length: 1\r\n\r\na" + HEAD + b"Content-Length: 4\r\n\r\nevil", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", False),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", True),
    ],
)
async def test_which_connection_serves_on(wire: Wire, answer: bytes, is_kept: bool) -> None:
    response = await wire.answered(answer)
    assert await response.read(10) == b"a"
    response.release()
    assert (wire.released, wire.transport.is_aborted) == (int(is_kept), not is_kept)


@pytest.mark.parametrize(
    ("came", "error"),
    [
        (b"", "the server closed the connection"),
        (HEAD, "the server closed the connection"),
        (b"SSH-2.0-x\r\n", "did not answer with HTTP"),
        (HEAD + b"X: " + b"x" * module.MAX_HEAD, f"larger than {module.MAX_HEAD} bytes"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "the server closed the connection"),
    ],
)
async def test_what_breaks_before_a_response(wire: Wire, came: bytes, error: str) -> None:
    asked = wire.ask()
    await asyncio.sleep(0)
    if came:
        wire.connection.data_received(came)
    wire.connection.connection_lost(None)
    with pytest.raises(BrokenError, match=error):
        await asked
    assert wire.connection.closed


@pytest.mark.parametrize(
    ("head", "lost", "is_whole"),
    [
        (HEAD + b"\r\n", None, True),  # RFC 9112 §6.3, rule 8
        (HEAD + b"\r\n", ConnectionResetError(), False),
        (HEAD + b"Content-Length: 4\r\n\r\n", None, False),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\n", None, False),
    ],
)
async def test_a_body_that_ends_with_the_connection(
    wire: Wire, head: bytes, lost: Exception | None, is_whole: bool
) -> None:
    response = await wire.answered(head + b"abc")
    wire.connection.connection_lost(lost)
    if is_whole:
        assert await response.read(10) == b"abc"
    else:
        with pytest.raises(BrokenError, match="closed the connection"):
            await response.read(10)
    response.release()
    assert wire.released == 0


async def test_nothing_is_sent_over_a_connection_that_has_ended(wire: Wire) -> None:
    wire.connection.connection_lost(None)
    with pytest.raises(BrokenError, match="the connection is closed"):
        await wire.connection.send(b"HEAD", b"")
    assert wire.transport.written == []
    assert wire.connection.hung_up
    fresh = Connection(lambda _: None)
    with pytest.raises(BrokenError, match="the connection is closed"):
        await fresh.send(b"HEAD", b"")


async def test_what_nobody_asked_for_ends_it(wire: Wire) -> None:
    wire.connection.data_received(HEAD + b"Content-Length: 0\r\n\r\n")
    assert wire.connection.closed


async def test_a_wait_that_is_given_up_ends_it(wire: Wire) -> None:
    asked = wire.ask()
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert wire.transport.is_aborted


@pytest.mark.parametrize("size", [module.DRAIN_BYTES, module.DRAIN_BYTES + 1])
async def test_the_rest_that_nobody_wants_may_take_so_much(wire: Wire, size: int) -> None:
    head = b"Content-Length: %d\r\n\r\n" % (size + 1)
    response = await wire.answered(HEAD + head + b"a")
    response.release()
    wire.connection.data_received(b"x" * size)
    is_kept = size <= module.DRAIN_BYTES
    assert (wire.released, wire.connection.closed) == (int(is_kept), not is_kept)


async def test_a_released_connection_serves_the_next_request(wire: Wire) -> None:
    first = await wire.answered(HEAD + b"Content-Length: 1\r\nX-A: 1\r\n\r\na")
    assert await first.read(1) == b"a"
    first.release()
    second = await wire.answered(b"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nb")
    assert (second.status, second.headers, await second.read(1)) == (404, {"content-length": "1"}, b"b")
    assert first.headers["x-a"] == "1"


async def test_a_reader_that_is_behind_makes_the_server_wait(wire: Wire) -> None:
    seen = []
    for step in (wire.connection.pause, wire.connection.resume, wire.connection.pause):
        step()
        seen.append(wire.transport.is_reading_now)
    wire.connection.close()
    wire.connection.resume()  # nothing is read from a connection that has ended
    assert [*seen, wire.transport.is_reading_now] == [False, True, False, False]


@pytest.mark.parametrize("was_answered", [False, True])
async def test_a_refused_client_certificate_means_that_nothing_was_read(was_answered: bool) -> None:
    """The server's alert comes after the handshake; later in a connection it may come in the middle of the work."""
    wire = Wire()
    if was_answered:
        response = await wire.answered(HEAD + b"Content-Length: 0\r\n\r\n")
        response.release()
    asked = wire.ask()
    await asyncio.sleep(0)
    refusal = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED]")
    wire.connection.connection_lost(refusal)
    with pytest.raises(BrokenError if was_answered else TlsError) as caught:
        await asked
    assert was_answered or caught.value.__cause__ is refusal


async def test_a_body_in_pieces_waits_for_the_server_to_take_them() -> None:
    wire = Wire()
    given: list[bytes] = []
    all_given = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"a", b"b", b"c"):
            given.append(piece)
            yield piece
        all_given.set()

    wire.connection.pause_writing()
    asked = asyncio.create_task(wire.connection.send(b"HEAD", pieces()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (wire.transport.written, given) == ([b"HEAD"], [b"a"])
    wire.connection.resume_writing()
    wire.connection.resume_writing()
    await all_given.wait()
    wire.connection.data_received(HEAD + b"Content-Length: 0\r\n\r\n")
    assert (await asked).status == 200
    assert wire.transport.written == [b"HEAD", b"a", b"b", b"c"]


async def test_a_body_that_the_server_does_not_want_is_not_sent_to_its_end() -> None:
    wire = Wire()
    is_full = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        wire.connection.pause_writing()
        is_full.set()
        yield b"b"
        raise AssertionError

    asked = asyncio.create_task(wire.connection.send(b"HEAD", pieces()))
    await is_full.wait()
    wire.connection.data_received(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    response = await asked
    assert response.status == 413
    response.release()
    assert (wire.released, wire.transport.is_aborted) == (0, True)


async def test_a_server_that_goes_while_a_body_is_sent() -> None:
    wire = Wire()

    async def pieces() -> AsyncIterator[bytes]:
        wire.connection.pause_writing()
        yield b"a"

    asked = asyncio.create_task(wire.connection.send(b"HEAD", pieces()))
    await asyncio.sleep(0)
    wire.connection.connection_lost(None)
    with pytest.raises(BrokenError):
        await asked


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"0\r\n", b"a: b\r\n" * 10_000),
        (b"0\r\na: ", b"b" * 60_000),
        (b"0\r\n", b"b" * 60_000),
        (b"1;a=", b"b" * 60_000),
        (b"", b"0;a=" + b"b" * 60_000),
        (b"", b"1;" + b"b" * 60_000 + b"\r\nx\r\n"),
        (b"1\r\nx\r\n0\r\nX-Y: z\r\n", b"q:\r\n" * 20_000),
    ],
    ids=["trailers", "value", "name", "extension", "last", "extensions", "short"],
)
async def test_what_stands_around_a_body_is_bounded(wire: Wire, start: bytes, piece: bytes) -> None:
    response = await wire.answered(CHUNKED + start)
    sent = 0
    while not wire.connection.closed:
        wire.connection.data_received(piece)
        sent += len(piece)
        assert sent < 3 * module.MAX_HEAD
    with pytest.raises(BrokenError):
        await response.read(2**20)


@pytest.mark.parametrize("size", [1, 1_000, 60_000])
async def test_a_long_body_in_chunks_of_any_size_is_none_of_that(wire: Wire, size: int) -> None:
    response = await wire.answered(CHUNKED)
    chunk, count = b"%x\r\n%b\r\n" % (size, b"x" * size), 4 * module.MAX_HEAD // (size + 6)
    for _ in range(count):
        wire.connection.data_received(chunk)
    wire.connection.data_received(b"0\r\n\r\n")
    assert len(await response.read(2**30)) == 3 + count * size
    response.release()
    assert wire.released == 1
