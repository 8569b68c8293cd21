"""HTTP/1.1 as uvicorn speaks it, with a bound for everything that a stranger can send, or leave unsent.

uvicorn and httptools have no bounds for heads, trailers, times and connections; RFC 9110 section 17.5 and RFC 9112
section 11 leave them to the program.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Final

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mcptui.daemon.connections import Connections
from mcptui.daemon.head_with_body import HeadWithBody

#: Less of a body than this is no progress, bytes a second.
_LEAST_RATE: Final = 10_000
#: A chunk of one byte takes six (RFC 9112 section 7.1): what takes more than this for a byte is no content.
_MOST_FOR_A_BYTE: Final = 16
#: Headers by which a client offers another protocol (RFC 9110 section 7.8, RFC 7540 section 3.2.1).
_OFFERS: Final = frozenset({b"upgrade", b"http2-settings"})


class BoundedHttp(HttpToolsProtocol):
    """One connection of a client.

    Args:
        connections: all connections of the listener, and the settings in effect.
        about: what uvicorn gives a protocol.
    """

    def __init__(self, connections: Connections, **about: Any) -> None:
        super().__init__(**about)
        self._all = connections
        self._limits = connections.settings()
        #: Nothing more is read.
        self._is_ending = False
        #: Whether a head is read now or next, a message has begun, and what of the head has come.
        self._in_head = True
        self._has_begun = False
        self._head_bytes = 0
        #: A message has ended in the bytes that are parsed now.
        self._has_ended = False
        #: Of a message after its head: all bytes, its content, and all bytes when the timer was started.
        self._wire_bytes = self._body_bytes = self._seen_bytes = 0
        self._offers_upgrade = False
        #: Ends what comes too slowly, and what is taken too slowly.
        self._timer: asyncio.TimerHandle | None = None
        self._send_timer: asyncio.TimerHandle | None = None

    # -- the connection ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep it, or refuse it."""
        self._out = HeadWithBody(transport, self.loop, self._watch_reader)
        super().connection_made(self._out)
        if self._all.admit(self, self.client[0] if self.client else None):
            self._start_timer()
        else:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "There are too many connections.")

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._is_ending = True
        self._all.left(self)
        self._all.slow_readers.remove(self)
        self._stop_timer()
        self._stop_watching_reader()
        super().connection_lost(exc)

    def close_unused(self) -> None:
        """As of :class:`mcptui.daemon.connections.Connection`."""
        self._is_ending = True
        self._stop_timer()
        self.transport.close()

    # -- what comes -------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Parse ``data``, of a head no more than it may have."""
        self._unset_keepalive_if_required()
        self._limits = self._all.settings()
        while data and not self._is_ending:
            room = self._limits.max_head_bytes - self._head_bytes if self._in_head else len(data)
            if room <= 0:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head is over max_head_bytes.")
            elif room < len(data):
                data = self._parse(data[:room]) + data[room:]
            else:
                data = self._parse(data)
        if self._is_ending:
            return
        if self._timer is None and self._has_begun:
            self._start_timer()

    def _parse(self, data: bytes) -> bytes:
        """Parse ``data``; what is left to be parsed."""
        self._has_ended = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as error:
            return self._without_upgrade() + data[error.args[0] :]
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST, "This is not HTTP/1.1.")
            return b""
        if self._in_head:
            # What of the next head has come with the end of a body is not known: less than one read.
            self._head_bytes = 0 if self._has_ended else self._head_bytes + len(data)
        else:
            self._wire_bytes += len(data)
            if self._wire_bytes > 2 * self._limits.max_head_bytes + _MOST_FOR_A_BYTE * self._body_bytes:
                self._refuse(HTTPStatus.BAD_REQUEST, "There is more around the content than in it.")
        return b""

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._has_begun = True
        self._offers_upgrade = False

    def on_headers_complete(self) -> None:
        """The head is complete."""
        if self._is_ending:
            return
        if len(self.headers) > self._limits.max_headers:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "There are more headers than max_headers.")
        elif self.parser.get_method() == b"CONNECT":
            self._refuse(HTTPStatus.NOT_IMPLEMENTED, "This is no proxy.")
        elif self.parser.should_upgrade():
            self._offers_upgrade = True
        else:
            self._stop_timer()
            self._in_head = False
            self._wire_bytes = self._body_bytes = self._seen_bytes = 0
            super().on_headers_complete()
            # Trailers are no headers: a proxy that has checked those has not checked these (RFC 9110 section 6.5.1).
            self.headers = []
            self._all.used(self)

    def on_body(self, body: bytes) -> None:
        """A part of the content."""
        if not self._is_ending:
            self._body_bytes += len(body)
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        if not self._is_ending and not self._offers_upgrade:
            self._stop_timer()
            self._has_ended = self._in_head = True
            self._has_begun = False
            self._head_bytes = 0
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The last byte of an answer; the next request of the connection may wait already."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._all.unused(self)

    def _without_upgrade(self) -> bytes:
        """The head without the offer of another protocol, which a server may ignore (RFC 9110 section 7.8).

        httptools takes what follows such a head for the other protocol, also where it is a body.
        """
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        for name, value in self.headers:
            if name == b"connection":
                value = b", ".join(each for each in value.split(b",") if each.strip().lower() not in _OFFERS)
            if name not in _OFFERS:
                lines.append(b"%s: %s" % (name, value))
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._head_bytes = 0
        return b"\r\n".join([*lines, b"", b""])

    # -- time -------------------------------------------------------------------------------------------------

    def _start_timer(self) -> None:
        self._seen_bytes = self._wire_bytes
        seconds = self._limits.head_timeout if self._in_head else self._limits.body_timeout
        self._timer = self.loop.call_later(seconds, self._look_at_sender)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_at_sender(self) -> None:
        self._timer = None
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The head took longer than head_timeout.")
        elif self.flow.read_paused or self._wire_bytes - self._seen_bytes >= _LEAST_RATE * self._limits.body_timeout:
            self._start_timer()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The body stood still for body_timeout.")

    @property
    def unread(self) -> int:
        """As of :class:`mcptui.daemon.slow_readers.Reader`."""
        return self._out.get_write_buffer_size()

    @property
    def taken(self) -> int:
        """As of the same."""
        return self._out.written - self.unread

    def abort(self) -> None:
        """As of the same."""
        self._is_ending = True
        self._out.abort()

    def pause_writing(self) -> None:
        """The client takes less than is sent to it."""
        super().pause_writing()
        self._all.slow_readers.add(self)
        self._watch_reader()

    def resume_writing(self) -> None:
        """It has taken what was there."""
        super().resume_writing()
        self._all.slow_readers.remove(self)
        if not self.transport.is_closing():
            self._stop_watching_reader()

    def _watch_reader(self) -> None:
        """End the connection unless the client takes something of what it is sent."""
        self._stop_watching_reader()
        self._send_timer = self.loop.call_later(self._limits.send_timeout, self._look_at_reader, self.unread)

    def _stop_watching_reader(self) -> None:
        if self._send_timer is not None:
            self._send_timer.cancel()
            self._send_timer = None

    def _look_at_reader(self, left: int) -> None:
        if self.unread < left:
            self._watch_reader()
        else:
            self.abort()

    # -- refusals ---------------------------------------------------------------------------------------------

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Say why nothing more is read, where that can be said, and close the connection.

        Nothing is logged: a stranger would fill the log with it.
        """
        self._is_ending = True
        self._stop_timer()
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            cycle.keep_alive = False  # the answers to earlier requests go out first
            return
        if cycle is None or cycle.response_complete or not (cycle.response_started or self.pipeline):
            body = orjson.dumps({"error": status.name.lower(), "message": message})
            head = "HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
            self.transport.write((head % (status, status.phrase, len(body))).encode() + body)
        self.transport.close()
