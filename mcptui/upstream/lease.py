"""Whom a connection belongs to, and how many requests use it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from mcptui.upstream.call import ClientBehind, Connection


class Owner(NamedTuple):
    """Who makes a request, and whom a connection belongs to; which of them holds one for another is
    :func:`mcptui.upstream.server.isolation.holder_of`.
    """

    principal: str
    #: The client's session in the handshake era, else "".
    session: str = ""
    #: A digest of what a client without a session declares.
    capabilities: str = ""
    #: The connection is one of the handshake era to a server that others reach statelessly.
    beside: bool = False


#: The gateway itself, which reads the lists.
CATALOGUE: Final = Owner("")
#: Everybody: servers that keep nothing in a connection, and those that the operator wants shared.
SHARED: Final = Owner("*")


class Lease:
    """A connection with the number of requests that use it now."""

    __slots__ = (
        "_unused",
        "client",
        "connection",
        "freed",
        "is_kept",
        "last_used",
        "log_level",
        "owner",
        "telling",
        "users",
    )

    def __init__(self, owner: Owner, connection: Connection, client: ClientBehind) -> None:
        self.owner = owner
        self.connection = connection
        #: Whom the server asks outside any call.
        self.client = client
        #: Something is expected of it though no request uses it: it is not closed for being unused.
        self.is_kept = False
        #: Held while a notification is sent, so that they keep their order.
        self.telling = asyncio.Lock()
        #: Requests that use it, and those to whom it was handed out for their request.
        self.users = 0
        #: Told when nobody uses it any more.
        self.freed: Callable[[], None] | None = None
        #: The level that the server was told with ``logging/setLevel``.
        self.log_level: str | None = None
        self.last_used = time.monotonic()
        self._unused: asyncio.Event | None = None

    def take(self) -> Lease:
        """It is used by one more: it is not closed to make room before that has given it back."""
        self.users += 1
        return self

    def give_back(self) -> None:
        """One request has ended."""
        self.users -= 1
        self.last_used = time.monotonic()
        if self.users == 0:
            if self._unused is not None:
                self._unused.set()
            if self.freed is not None:
                self.freed()

    async def unused(self, timeout: float | None) -> None:
        """Wait until no request uses the connection, at most ``timeout`` seconds if that is given."""
        if self.users:
            if self._unused is None or self._unused.is_set():
                self._unused = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._unused.wait()
