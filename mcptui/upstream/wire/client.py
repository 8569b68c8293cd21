"""The HTTP client that all connections to servers share: keep-alive, no cookies, no redirects, no deadlines."""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
import weakref
from collections.abc import Sequence
from types import TracebackType
from typing import Final

import aiohappyeyeballs
from aiohappyeyeballs import AddrInfoType

from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.connection import Connection
from mcptui.upstream.wire.errors import ConnectError
from mcptui.upstream.wire.response import Response

#: How long opening a connection may take, seconds.
CONNECT: Final = 10.0
#: How long an unused connection is kept, seconds.
KEEP: Final = 60.0
#: A connection that was unused for longer is looked at before it is used; one that the server will close sooner
#: than in this time is not used any more, seconds.
MARGIN: Final = 1.0
#: The head start of the first address family, seconds (RFC 8305 §5).
_HAPPY: Final = 0.25


class HttpClient:
    """Sends requests over pooled connections.

    A request is never repeated: whether a server that hangs up has run it cannot be known.

    Args:
        tls: how certificates are checked, where not against those of the system.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._context = tls
        self._idle: dict[Origin, list[Connection]] = {}
        self._open: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._sweep: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def send(self, address: Address, head: bytes, body: bytes = b"") -> Response:
        """Send a request whose ``head`` is complete; the response's body is unread, the caller releases it.

        Raises:
            ConnectError: no connection could be opened: the request was not sent.
            BrokenError: it ended before a response came.
        """
        connection = self._take(address.origin) or await self._connect(address.origin)
        return await connection.send(head, body)

    def close(self) -> None:
        """Close every connection."""
        if self._sweep is not None:
            self._sweep.cancel()
        self._idle.clear()
        for connection in list(self._open):
            connection.close()

    def _take(self, origin: Origin) -> Connection | None:
        """The connection used last: the likeliest to be still open."""
        idle = self._idle.get(origin)
        now = asyncio.get_running_loop().time()
        while idle:
            connection = idle.pop()
            unused = now - connection.idle_since
            if connection.closed:
                continue
            # A request that meets the server's closing is lost, and nobody knows whether it ran.
            if unused > connection.keep_alive - MARGIN or (unused > MARGIN and connection.hung_up):
                connection.close()
                continue
            return connection
        return None

    def _released(self, origin: Origin, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle.setdefault(origin, []).append(connection)
        if self._sweep is None:
            self._sweep = loop.call_later(KEEP / 2, self._close_idle)

    def _close_idle(self) -> None:
        loop = asyncio.get_running_loop()
        limit = loop.time() - KEEP
        for origin, idle in list(self._idle.items()):
            for connection in idle:
                if connection.idle_since < limit:
                    connection.close()
            kept = [connection for connection in idle if not connection.closed]
            if kept:
                self._idle[origin] = kept
            else:
                del self._idle[origin]
        self._sweep = loop.call_later(KEEP / 2, self._close_idle) if self._idle else None

    async def resolve(self, origin: Origin) -> Sequence[AddrInfoType]:
        """The addresses that a connection to ``origin`` may go to."""
        return await asyncio.get_running_loop().getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)

    async def _connect(self, origin: Origin) -> Connection:
        loop = asyncio.get_running_loop()
        context = (self._context or _tls()) if origin.is_tls else None
        try:
            async with asyncio.timeout(CONNECT):
                # The socket's protocol is named by this, so that small writes go out at once (TCP_NODELAY).
                found = await self.resolve(origin)
                connected = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=_HAPPY)
                _, connection = await loop.create_connection(
                    lambda: Connection(functools.partial(self._released, origin)),
                    sock=connected,
                    ssl=context,
                    server_hostname=origin.host if context else None,
                )
        except TimeoutError as error:
            raise ConnectError(f"no connection within {CONNECT:g} s") from error
        except (OSError, ssl.SSLError) as error:
            raise ConnectError("no connection") from error
        self._open.add(connection)
        return connection


@functools.cache
def _tls() -> ssl.SSLContext:
    """Certificates are checked against the system's; made once, since reading those takes 10 ms."""
    return ssl.create_default_context()
