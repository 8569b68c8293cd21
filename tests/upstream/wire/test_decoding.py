"""What servers compress bodies with, and what they call it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest

from mcptui.upstream.wire import decoding as module
from mcptui.upstream.wire.decoding import decoder_of
from mcptui.upstream.wire.errors import BrokenError

Pack = Callable[[bytes], bytes]


def raw(body: bytes) -> bytes:
    """Deflate without a frame (RFC 1951)."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def members(body: bytes) -> bytes:
    """gzip in several members (RFC 1952 §2.2)."""
    half = len(body) // 2
    return gzip.compress(body[:half]) + gzip.compress(b"") + gzip.compress(body[half:])


def padded(body: bytes) -> bytes:
    return gzip.compress(body) + bytes(7)


def twice(body: bytes) -> bytes:
    return bytes(brotli.compress(gzip.compress(body)))


@pytest.mark.parametrize("body", [b"", b"x", b'{"jsonrpc":"2.0"}', b"hello " * 1000, bytes(range(256)) * 50])
@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("gzip", members),
        ("gzip", padded),
        ("deflate", zlib.compress),
        ("deflate", raw),
        ("br", brotli.compress),
        # Named wrongly, and read all the same.
        (" gzip ", zlib.compress),
        ("deflate", gzip.compress),
        ("deflate", members),
        # In the order in which they were applied.
        ("gzip, br", twice),
        ("identity, gzip", gzip.compress),
    ],
)
def test_codings(body: bytes, coding: str, pack: Pack) -> None:
    sent = pack(body)
    for size in (1, 7, len(sent)):
        decoder = decoder_of(coding)
        assert decoder is not None
        assert not decoder.has_ended
        found = [piece for at in range(0, len(sent), size) for piece in decoder.feed(sent[at : at + size])]
        assert b"".join(found) == body
        assert decoder.has_ended


@pytest.mark.parametrize("coding", ["", "identity", " Identity ", "identity, identity"])
def test_nothing_is_to_be_done(coding: str) -> None:
    assert decoder_of(coding) is None


@pytest.mark.parametrize("coding", ["zstd", "compress", "gzip;q=1", "gzip, zstd", "x" * 1000])
def test_a_coding_that_is_not_known_is_named(coding: str) -> None:
    with pytest.raises(BrokenError, match="was not asked for") as caught:
        decoder_of(coding)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"no"),
        ("gzip", b'{"jsonrpc":"2.0"}'),  # not compressed at all
        ("gzip", gzip.compress(b"hello", mtime=0)[:-1] + b"?"),
        ("gzip", gzip.compress(b"a", mtime=0) + b"\x1f\x8b\xff\xff\xff"),
        ("deflate", b"\xff\xff"),
        ("br", b'{"jsonrpc":"2.0"}'),
        ("gzip, br", b"x" * 20),
    ],
)
def test_what_is_damaged(coding: str, body: bytes) -> None:
    decoder = decoder_of(coding)
    assert decoder is not None
    with pytest.raises(BrokenError, match="damaged"):
        list(decoder.feed(body))


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("deflate", raw), ("br", brotli.compress), ("gzip, br", twice)]
)
def test_steps_are_bounded(coding: str, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 3_000_000
    monkeypatch.setattr(module, "_STEP", 100_000)
    decoder = decoder_of(coding)
    assert decoder is not None
    sizes = [len(piece) for piece in decoder.feed(pack(bytes(size)))]
    # Brotli ends a step at the next border of its own window.
    assert max(sizes) < 1_000_000
    assert sum(sizes) == size
