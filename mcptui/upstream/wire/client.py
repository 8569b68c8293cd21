"""The HTTP client that connections to servers share: keep-alive, no cookies, no redirects, no deadlines."""

from __future__ import annotations

import asyncio
import socket
import weakref
from collections.abc import AsyncIterable, Sequence
from types import TracebackType
from typing import Final

from aiohappyeyeballs import AddrInfoType

from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.connection import Connection
from mcptui.upstream.wire.errors import BrokenError, ProxyError
from mcptui.upstream.wire.opening import Opening, Route
from mcptui.upstream.wire.response import Response
from mcptui.upstream.wire.tunnel import forwarded, was_not_forwarded

#: How long an unused connection is kept, seconds.
KEEP: Final = 60.0
#: A connection that the server will close sooner than in this time is not used any more, seconds.
MARGIN: Final = 1.0


class HttpClient:
    """Sends requests over pooled connections.

    A request is never repeated: whether a server that hangs up has run it cannot be known.

    Args:
        route: how its servers are reached.
    """

    def __init__(self, route: Route | None = None) -> None:
        self.route = route or Route()
        self._idle: dict[Origin, list[Connection]] = {}
        self._open: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._sweep: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def send(self, address: Address, head: bytes, body: bytes | AsyncIterable[bytes] = b"") -> Response:
        """Send a request whose ``head`` is complete; the response's body is unread, the caller releases it.

        Raises:
            ConnectError: no connection could be opened: the request was not sent.
            BrokenError: it ended before a response came.
        """
        connection = self._take(address.origin) or await self._connect(address.origin)
        proxy = connection.forwarded_by
        if proxy is None:
            return await connection.send(head, body)
        try:
            response = await connection.send(forwarded(head, address, proxy), body)
        except BrokenError as error:
            raise BrokenError(f"{error} (that of the proxy {proxy.shown}, named by {proxy.source})") from None
        if was_not_forwarded(response.status, response.headers):
            response.close()
            raise ProxyError(proxy, "it did not forward the request", response.status)
        return response

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
        while idle:
            connection = idle.pop()
            if connection.closed:
                continue
            # A request that meets the server's closing is lost, and nobody knows whether it ran.
            if connection.unused > connection.keep_alive - MARGIN or connection.hung_up:
                connection.close()
                continue
            return connection
        return None

    def _released(self, origin: Origin, connection: Connection) -> None:
        self._idle.setdefault(origin, []).append(connection)
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(KEEP / 2, self._close_idle)

    def _close_idle(self) -> None:
        loop = asyncio.get_running_loop()
        for origin, idle in list(self._idle.items()):
            for connection in idle:
                if connection.unused > KEEP:
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
        opening = Opening(origin, self.route, self.resolve, self._released)
        connection = await opening.connection()
        self._open.add(connection)
        return connection
