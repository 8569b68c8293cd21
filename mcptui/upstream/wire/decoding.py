"""Compressed bodies (RFC 9110 §8.4.1): what was asked for, and what servers send without being asked."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

from mcptui.upstream.wire.errors import BrokenError

#: The most bytes that one step of decompression yields.
_STEP: Final = 2**20
_GZIP: Final = b"\x1f\x8b"


class Decoder(Protocol):
    """Decompresses a body piece by piece."""

    @property
    def has_ended(self) -> bool:
        """Whether what was fed is all of the body by its own account; more may follow all the same."""
        ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` holds, in bounded steps: a small piece may hold gigabytes.

        Raises:
            BrokenError: it is damaged.
        """
        ...


def decoder_of(content_encoding: str) -> Decoder | None:
    """What reads a body with this header; None where it is sent as it is.

    Raises:
        BrokenError: the coding is not known.
    """
    named = [coding.strip().lower() for coding in content_encoding.split(",")]
    decoders = [_decoder(coding) for coding in reversed(named) if coding not in ("", "identity")]
    if not decoders:
        return None
    return decoders[0] if len(decoders) == 1 else _Chain(decoders)


def _decoder(coding: str) -> Decoder:
    if coding in ("gzip", "x-gzip", "deflate"):
        return _Inflate(may_be_raw=coding == "deflate")
    if coding == "br":
        return _Brotli()
    raise BrokenError(f"the content encoding {coding[:40]!r} was not asked for and cannot be read")


class _Inflate:
    """gzip with all its members (RFC 1952 §2.2), zlib, and for ``deflate`` the bare format that some servers send.

    Which one it is the first bytes say, not the header: both names are used for all three.
    """

    def __init__(self, *, may_be_raw: bool) -> None:
        self._may_be_raw = may_be_raw
        self._decoder: zlib._Decompress | None = None
        #: What came before the format is known.
        self._start = b""

    @property
    def has_ended(self) -> bool:
        return self._decoder is not None and self._decoder.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        data, self._start = self._start + data, b""
        while data:
            if self._decoder is None:
                if len(data) < 2:
                    self._start = data
                    return
                self._decoder = zlib.decompressobj(wbits=self._window(data))
            elif self._decoder.eof:
                if not data.startswith(_GZIP[: len(data)]):
                    return  # padding behind the last member
                self._decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            decoder = self._decoder
            try:
                while piece := decoder.decompress(data, _STEP):
                    yield piece
                    data = decoder.unconsumed_tail
            except zlib.error:
                raise BrokenError("the compressed body is damaged") from None
            data = decoder.unused_data

    def _window(self, start: bytes) -> int:
        """The format, as zlib wants it said: the first two bytes of zlib are a multiple of 31 (RFC 1950 §2.2)."""
        is_zlib = start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
        if self._may_be_raw and not is_zlib and not start.startswith(_GZIP):
            return -zlib.MAX_WBITS
        return zlib.MAX_WBITS | 32  # finds out which of the two it is


class _Brotli:
    """RFC 7932; the library is loaded with the first such body, since nobody is asked for one."""

    def __init__(self) -> None:
        import brotli

        self._error = brotli.error
        self._decoder = brotli.Decompressor()

    @property
    def has_ended(self) -> bool:
        return bool(self._decoder.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._decoder.is_finished():
            return
        try:
            # Without new input it yields what it still holds.
            while piece := self._decoder.process(data, output_buffer_limit=_STEP):
                yield piece
                data = b""
        except self._error:
            raise BrokenError("the compressed body is damaged") from None


class _Chain:
    """Several codings, the one applied last first."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    @property
    def has_ended(self) -> bool:
        return all(decoder.has_ended for decoder in self._decoders)

    def feed(self, data: bytes) -> Iterator[bytes]:
        pieces: Iterator[bytes] = iter((data,))
        for decoder in self._decoders:
            pieces = itertools.chain.from_iterable(map(decoder.feed, pieces))
        return pieces
