"""One open connection: a request, its response, the next request."""

from __future__ import annotations

import asyncio
import math
import re
import select
import ssl
from collections.abc import AsyncIterable, Callable
from typing import Any, Final, cast

import httptools

from mcptui.memo import Memo
from mcptui.upstream.wire.errors import BrokenError, TlsError, WireError
from mcptui.upstream.wire.proxies import Proxy
from mcptui.upstream.wire.response import Response

#: The most bytes that come before a response's body begins.
MAX_HEAD: Final = 2**18
#: What stands around a body, such as sizes of chunks, their extensions and trailers: as much as a head, and so many
#: bytes for every byte of the body, which may come in chunks of one.
FRAMING_FOR_A_BYTE: Final = 16
#: How long, and how much of it, the rest of a response may take that nobody wants any more: seconds, bytes.
#: An event stream ends a moment after the event that answers the request.
DRAIN_SECONDS: Final = 1.0
DRAIN_BYTES: Final = 2**16
_TIMEOUT: Final = re.compile(r"timeout=(\d{1,6})\b", re.IGNORECASE)
#: Bodies up to this size are sent together with the head.
_TOGETHER: Final = 2**16


class Connection(asyncio.Protocol):
    """The protocol of a connected socket; holds one request at a time.

    Args:
        released: told when the connection may serve another request.
        forwarded_by: the proxy at its other end, where requests are sent to that rather than through it.
    """

    def __init__(self, released: Callable[[Connection], None], forwarded_by: Proxy | None = None) -> None:
        self._released = released
        self.forwarded_by = forwarded_by
        # Asked for once: before Python 3.12 every question is a system call.
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        #: Says whether something has come that the loop has not read yet.
        self._ready: select.poll | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._head: asyncio.Future[Response] | None = None
        #: Resolved when there is room for more of a body; None while there is.
        self._room: asyncio.Future[None] | None = None
        self._response: Response | None = None
        self._headers: dict[str, str] = {}
        self._head_bytes = 0
        self._body_bytes = 0
        #: Bytes of the response that are not its body's.
        self._framing = 0
        self._reusable = False
        #: More came than was asked for, so nothing that follows can be trusted.
        self._excess = False
        self._ended = False
        self._draining: asyncio.TimerHandle | None = None
        self._unwanted = 0
        self._was_answered = False
        #: When it became free, in the loop's time.
        self._free_since = 0.0

    @property
    def hung_up(self) -> bool:
        """Whether the server has closed, or said something, that the loop did not come to yet."""
        if self._transport is None:
            return True
        # Asked before every request: a selector would need four system calls.
        if self._ready is None:
            self._ready = select.poll()
            self._ready.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(self._ready.poll(0))

    @property
    def keep_alive(self) -> float:
        """How long the server keeps the connection, as it says (``Keep-Alive: timeout=``), seconds."""
        found = _TIMEOUT.search(said) if (said := self._headers.get("keep-alive")) is not None else None
        return float(found[1]) if found else math.inf

    @property
    def unused(self) -> float:
        """For how long it has been free, seconds."""
        return self._loop.time() - self._free_since

    @property
    def _says_keep_alive(self) -> bool:
        """Whether the other end says in so many words that the connection stays.

        HTTP/1.1 has it so without words, but some proxies pass on the server's head and close all the same: the next
        request would be lost.
        """
        said = f"{self._headers.get('connection', '')} {self._headers.get('proxy-connection', '')}"
        return "keep-alive" in said.lower()

    @property
    def closed(self) -> bool:
        """Whether it can serve no more requests."""
        return self._transport is None or self._transport.is_closing()

    async def send(self, head: bytes, body: bytes | AsyncIterable[bytes]) -> Response:
        """Send one request; returns when the head of its response is there.

        A body in pieces is sent as the server takes it, and no further when that has answered. A cancelled wait closes
        the connection: what comes after is nobody's.

        Raises:
            BrokenError: the connection ended, or no HTTP came over it.
        """
        transport = self._transport
        if transport is None or transport.is_closing():
            raise BrokenError("the connection is closed")
        self._parser = httptools.HttpResponseParser(self)
        self._headers, self._head_bytes, self._ended = {}, 0, False
        self._body_bytes = self._framing = 0
        self._head = self._loop.create_future()
        if isinstance(body, bytes) and len(body) <= _TOGETHER:
            transport.write(head + body)
        else:
            transport.write(head)
        try:
            if not isinstance(body, bytes):
                await self._send_pieces(transport, self._head, body)
            elif len(body) > _TOGETHER:
                transport.write(body)
            return await self._head
        except BaseException:
            self.close()
            raise

    async def _send_pieces(
        self, transport: asyncio.Transport, head: asyncio.Future[Response], pieces: AsyncIterable[bytes]
    ) -> None:
        async for piece in pieces:
            if self._room is not None:
                either: list[asyncio.Future[Any]] = [self._room, head]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if head.done():
                self._reusable = False  # the server waits for the rest of a body that does not come
                return
            transport.write(piece)

    def drain(self) -> None:
        """The rest of the response is not wanted: the connection serves on if that ends soon, else it is closed."""
        self._unwanted = 0
        self._draining = self._loop.call_later(DRAIN_SECONDS, self.close)

    def release(self) -> None:
        """The response was read to its end."""
        keep = self._reusable and not self._excess
        self._parser = self._response = self._head = None
        if keep and not self.closed:
            self._free_since = self._loop.time()
            self._released(self)
        else:
            self.close()

    def close(self) -> None:
        """End the connection now."""
        self._stop_draining()
        self._fail(BrokenError("the connection was closed"))
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def pause(self) -> None:
        """Read no more for now."""
        if not self.closed and self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if not self.closed and self._transport is not None:
            self._transport.resume_reading()

    # -- asyncio.Protocol ------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        """Bytes from the server."""
        parser = self._parser
        if parser is None:  # nobody asked: an answer to nothing would be taken for the next one's
            self.close()
            return
        try:
            parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(BrokenError("the server did not answer with HTTP"))
            self.close()
        else:
            self._framing += len(data)
            if self._draining is not None and self._ended:
                self._stop_draining()
                self.release()
            elif self._response is None and self._head is not None:
                self._head_bytes += len(data)
                if self._head_bytes > MAX_HEAD:
                    self._fail(BrokenError(f"the head of the response is larger than {MAX_HEAD} bytes"))
                    self.close()
            elif not self._ended and self._framing > 2 * MAX_HEAD + FRAMING_FOR_A_BYTE * self._body_bytes:
                self._fail(BrokenError(f"the response has more than {2 * MAX_HEAD} bytes around its body"))
                self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server closed, or the network failed."""
        self._stop_draining()
        response = self._response
        if exc is None and response is not None and _ends_with_the_connection(response):
            response.finish()  # RFC 9112 §6.3, rule 8
        elif isinstance(exc, ssl.SSLError) and not self._was_answered:
            # In TLS 1.3 what the server thinks of the client's certificate comes after the handshake, before it reads
            # anything (RFC 8446 §4.4.2.4).
            refused = TlsError("the server refused the TLS connection")
            refused.__cause__ = exc
            self._fail(refused)
        else:
            self._fail(BrokenError("the server closed the connection"))
        self._transport = None

    def _stop_draining(self) -> None:
        if self._draining is not None:
            self._draining.cancel()
            self._draining = None

    def _fail(self, error: WireError) -> None:
        if self._head is not None and not self._head.done():
            self._head.set_exception(error)
        if self._response is not None:
            self._response.finish(error)

    def pause_writing(self) -> None:
        """The server takes no more for now."""
        self._room = self._loop.create_future()

    def resume_writing(self) -> None:
        """It takes more."""
        if self._room is not None:
            self._room.set_result(None)
            self._room = None

    # -- httptools -------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A response begins; there is one to every request."""
        self._excess = self._response is not None

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header of the response; what stands behind the body is none (RFC 9110 §6.5.1)."""
        if self._response is not None:
            return
        key, text = _NAMES[name], value.decode("latin-1")
        self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        """The head is complete."""
        assert self._parser is not None
        status = self._parser.get_status_code()
        if status < 200:  # informational: the real response follows (RFC 9110 §15.2)
            self._headers = {}
            return
        if self._head is None or self._head.done():
            return
        self._was_answered = True
        self._reusable = self._parser.should_keep_alive() and (self.forwarded_by is None or self._says_keep_alive)
        self._response = Response(self, status, self._headers)
        self._head.set_result(self._response)

    def on_body(self, body: bytes) -> None:
        """A piece of the body, chunk framing removed."""
        self._body_bytes += len(body)
        self._framing -= len(body)
        if self._draining is not None:
            self._unwanted += len(body)
            if self._unwanted > DRAIN_BYTES:
                self.close()
        elif self._response is not None and not self._excess:
            self._response.feed(body)

    def on_message_complete(self) -> None:
        """The response is complete."""
        if self._response is not None and not self._excess:
            self._ended = True
            self._response.finish()


def _lower(name: bytes) -> str:
    return name.decode("latin-1").lower()


#: Servers send few different ones.
_NAMES: Final = Memo(_lower, 256)


def _ends_with_the_connection(response: Response) -> bool:
    return "content-length" not in response.headers and "chunked" not in response.headers.get("transfer-encoding", "")
