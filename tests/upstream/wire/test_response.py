"""The body of a response as it arrives: in pieces, compressed, too long, too late."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from typing import cast

import pytest

from mcptui.upstream.wire import response as module
from mcptui.upstream.wire.connection import Connection
from mcptui.upstream.wire.errors import BrokenError, TooLargeError
from mcptui.upstream.wire.response import Response


class Fate:
    """The connection of a response: what it was told, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.close: Callable[[], None]

    def __getattr__(self, name: str) -> object:
        return lambda: self.told.append(name)


def response(fate: Fate | None = None, /, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(cast("Connection", fate or Fate()), 200, named)


def whole(*chunks: bytes, **headers: str) -> Response:
    found = response(None, **headers)
    for chunk in chunks:
        found.feed(chunk)
    found.finish()
    return found


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, ""),
        ("", ""),
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        (" text/event-stream ;x", "text/event-stream"),
    ],
)
def test_the_media_type(value: str | None, kind: str) -> None:
    headers = {} if value is None else {"content_type": value}
    assert response(None, **headers).content_type == kind


@pytest.mark.parametrize(
    ("value", "size"), [(None, None), ("0", 0), ("12", 12), ("", None), ("-1", None), ("1, 1", None), ("x", None)]
)
def test_the_announced_size(value: str | None, size: int | None) -> None:
    headers = {} if value is None else {"content_length": value}
    assert response(None, **headers).content_length == size


async def test_what_has_come_meanwhile_is_one_piece() -> None:
    found = response()
    waits = [found.is_waiting]
    found.feed(b"a")
    found.feed(b"b")
    assert [*waits, found.is_waiting] == [True, False]
    chunks = found.chunks()
    assert await anext(chunks) == b"ab"
    assert found.is_waiting
    waiting = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    found.feed(b"c")
    assert await waiting == b"c"
    found.finish()
    with pytest.raises(StopAsyncIteration):
        await anext(chunks)


@pytest.mark.parametrize(
    ("chunks", "limit", "fits"),
    [((), 0, True), ((b"abc",), 3, True), ((b"abc",), 2, False), ((b"ab", b"c"), 3, True), ((b"ab", b"c"), 2, False)],
)
async def test_a_body_has_a_limit(chunks: tuple[bytes, ...], limit: int, fits: bool) -> None:
    if fits:
        assert await whole(*chunks).read(limit) == b"".join(chunks)
    else:
        with pytest.raises(TooLargeError):
            await whole(*chunks).read(limit)


async def test_an_announced_size_over_the_limit_is_not_waited_for() -> None:
    with pytest.raises(TooLargeError):
        await response(content_length="11").read(10)


@pytest.mark.parametrize("coding", ["gzip", "X-GZIP", " gzip ", "deflate", "identity", ""])
async def test_a_compressed_body_in_pieces_of_any_size(coding: str) -> None:
    body = b"hello " * 1000
    sent = gzip.compress(body) if coding.strip(" ") not in ("identity", "") else body
    for size in (1, 7, len(sent)):
        pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
        assert await whole(*pieces, content_encoding=coding).read(10_000) == body


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
async def test_no_body_needs_no_coding(coding: str) -> None:
    assert await whole(content_encoding=coding).read(10) == b""


@pytest.mark.parametrize("missing", [1, 8, 20])
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
async def test_a_compressed_body_that_ends_too_early_is_not_taken_for_whole(pack: object, missing: int) -> None:
    assert callable(pack)
    sent = pack(b"hello " * 1000)[:-missing]
    with pytest.raises(BrokenError, match="ended too early"):
        await whole(sent, content_encoding="gzip").read(10_000)


async def test_a_small_body_does_not_grow_without_bounds() -> None:
    with pytest.raises(TooLargeError):
        await whole(gzip.compress(bytes(100_000)), content_encoding="gzip").read(99_999)


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_a_compressed_body_that_is_shorter_than_announced_is_taken_as_it_is(
    hangs_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has compressed the body and left the length of the uncompressed one in the header."""
    monkeypatch.setattr(module, "_REST", 0.01)
    body = b"hello " * 1000
    fate = Fate()
    found = response(fate, content_encoding="gzip", content_length=str(len(body)))
    fate.close = lambda: found.finish(BrokenError("closed"))
    found.feed(gzip.compress(body))
    if hangs_up:
        found.finish(BrokenError("the server closed the connection"))
    assert await found.read(10_000) == body


async def test_more_of_a_compressed_body_is_waited_for() -> None:
    """A member has ended; that it was the last one is not known yet."""
    found = response(content_encoding="gzip", content_length="1000")
    found.feed(gzip.compress(b"a"))
    chunks = found.chunks()
    assert await anext(chunks) == b"a"
    waiting = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    found.feed(gzip.compress(b"b"))
    assert await waiting == b"b"
    found.finish(BrokenError("the server closed the connection"))
    with pytest.raises(StopAsyncIteration):
        await anext(chunks)


async def test_who_reads_the_body_is_told_how_much_of_it_is_there() -> None:
    found = response()
    told: list[int] = []
    may_go_on = asyncio.Event()

    async def holds(size: int) -> None:
        told.append(size)
        await may_go_on.wait()

    found.feed(b"x" * 5)
    reading = asyncio.ensure_future(found.read(100, holds))
    await asyncio.sleep(0)
    found.feed(b"x" * 6)
    found.finish()
    await asyncio.sleep(0)
    assert told == [5], "more is read when that may be"
    may_go_on.set()
    assert len(await reading) == 11
    assert told == [5, 11]


async def test_a_body_that_is_given_up_breaks() -> None:
    found = response()
    found.feed(b"x")
    found.give_up()
    with pytest.raises(BrokenError, match="stopped in the middle"):
        await found.read(100)


async def test_a_slow_reader_makes_the_server_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HIGH_WATER", 10)
    fate = Fate()
    found = response(fate)
    for _ in range(3):
        found.feed(b"x" * 5)
    assert fate.told == ["pause"]
    assert await anext(found.chunks()) == b"x" * 15
    assert fate.told == ["pause", "resume"]
    found.feed(b"x" * 11)
    found.release()
    assert fate.told == ["pause", "resume", "pause", "resume", "drain"]


async def test_what_came_before_it_broke_is_read_first() -> None:
    found = response()
    found.feed(b"abc")
    found.finish(BrokenError("gone"))
    chunks = found.chunks()
    assert await anext(chunks) == b"abc"
    with pytest.raises(BrokenError, match="gone"):
        await anext(chunks)


async def test_what_is_whole_cannot_break_any_more() -> None:
    found = whole(b"abc")
    found.finish(BrokenError("gone"))
    assert await found.read(10) == b"abc"


@pytest.mark.parametrize(
    ("ended", "told"), [(None, ["drain"]), ("whole", ["release"]), ("broken", [])], ids=["open", "whole", "broken"]
)
def test_a_response_gives_its_connection_back_once(ended: str | None, told: list[str]) -> None:
    fate = Fate()
    found = response(fate)
    if ended is not None:
        found.finish(BrokenError("gone") if ended == "broken" else None)
    found.release()
    found.release()
    found.close()
    assert fate.told == told


def test_a_response_that_is_given_up_closes_its_connection() -> None:
    fate = Fate()
    found = response(fate)
    found.close()
    found.close()
    found.release()
    assert fate.told == ["close"]
