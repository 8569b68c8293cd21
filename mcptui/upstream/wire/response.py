"""One HTTP response: its head, and its body as it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from mcptui.numbers import whole_number
from mcptui.upstream.wire.decoding import Decoder, decoder_of
from mcptui.upstream.wire.errors import BrokenError, TooLargeError, WireError

if TYPE_CHECKING:
    from mcptui.upstream.wire.connection import Connection

#: Bytes that wait for a slow reader before the server is made to wait.
HIGH_WATER: Final = 2**18
#: How long is waited for more of a compressed body that is complete by its own account, seconds: servers that
#: compress an answer may leave the length of the uncompressed one in Content-Length.
_REST: Final = 0.5


class Response:
    """Status, headers (lower-case names; repeated ones joined by ", ") and the body."""

    def __init__(self, connection: Connection, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = headers
        #: None once it was given back.
        self._connection: Connection | None = connection
        self._chunks: list[bytes] = []
        self._waiting = 0
        self._paused = False
        self._complete = False
        self._error: WireError | None = None
        self._reader: asyncio.Future[None] | None = None

    @property
    def content_type(self) -> str:
        """The media type without parameters, lower-case; "" where the server named none."""
        said = self.headers.get("content-type", "")
        return said if said == "application/json" else said.partition(";")[0].strip().lower()

    @property
    def content_length(self) -> int | None:
        """The announced size of the body as sent, bytes."""
        return whole_number(self.headers.get("content-length", ""))

    @property
    def is_waiting(self) -> bool:
        """Whether :meth:`chunks` has to wait for the server."""
        return not (self._chunks or self._complete or self._error)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces as they come, decompressed; what has come since the last one is one piece.

        Raises:
            BrokenError: the connection ended before the body did.
        """
        decoder = decoder_of(self.headers["content-encoding"]) if "content-encoding" in self.headers else None
        was_read = False
        while await self._has_more(decoder):
            chunk, was_read = self._take(), True
            if decoder is None:
                yield chunk
            else:
                for piece in decoder.feed(chunk):
                    yield piece
        if decoder is not None and was_read and not decoder.has_ended:
            raise BrokenError("the compressed body ended too early, or its Content-Length is wrong")

    async def _has_more(self, decoder: Decoder | None) -> bool:
        """Wait for more of the body; whether there is some."""
        while not self._chunks:
            has_ended = decoder is not None and decoder.has_ended
            if self._complete or (has_ended and self._error is not None):
                return False
            if self._error is not None:
                raise self._error
            loop = asyncio.get_running_loop()
            give_up = loop.call_later(_REST, self._connection.close) if has_ended and self._connection else None
            self._reader = loop.create_future()
            try:
                await self._reader
            finally:
                self._reader = None
                if give_up is not None:
                    give_up.cancel()
        return True

    async def read(self, limit: int, holds: Callable[[int], Awaitable[None]] | None = None) -> bytes:
        """The whole body.

        Args:
            limit: the most bytes that it may have.
            holds: told how many have been read, before more are.

        Raises:
            TooLargeError: it has more than ``limit`` bytes, announced or sent.
            BrokenError: the connection ended before the body did.
        """
        if self._complete and self._waiting <= limit and "content-encoding" not in self.headers:
            return self._take()
        if (self.content_length or 0) > limit:
            raise TooLargeError(f"more than {limit} bytes")
        parts, size = [], 0
        async for chunk in self.chunks():
            size += len(chunk)
            if size > limit:
                raise TooLargeError(f"more than {limit} bytes")
            parts.append(chunk)
            if holds is not None:
                await holds(size)
        return b"".join(parts)

    def release(self) -> None:
        """Done: the connection serves the next request, at the latest a moment after, if the body ends by then."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._paused:
            connection.resume()
        if self._complete:
            connection.release()
        elif self._error is None:
            connection.drain()

    def close(self) -> None:
        """Give up the response and its connection, at once: in the stateless era that cancels the request."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def give_up(self) -> None:
        """Wait for no more of it: the server has stopped in the middle of a large message, and others wait."""
        self.finish(BrokenError("it stopped in the middle of a large message"))

    # -- from the connection ---------------------------------------------------------------------------------

    def feed(self, chunk: bytes) -> None:
        """More of the body."""
        self._chunks.append(chunk)
        self._waiting += len(chunk)
        if self._waiting > HIGH_WATER and not self._paused and self._connection is not None:
            self._paused = True
            self._connection.pause()
        self._wake()

    def finish(self, error: WireError | None = None) -> None:
        """The body has ended, or will never."""
        if error is None:
            self._complete = True
        elif not self._complete:
            self._error = error
        self._wake()

    def _take(self) -> bytes:
        chunk = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        self._waiting = 0
        if self._paused and self._connection is not None:
            self._paused = False
            self._connection.resume()
        return chunk

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
