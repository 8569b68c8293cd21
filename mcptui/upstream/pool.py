"""The open connections of one server: who uses which, and when they are closed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import ClientBehind, Connection
from mcptui.upstream.errors import BusyError, UpstreamError

#: How long cancelled requests may take to tell the server, seconds.
CANCELLATION: Final = 10.0


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


class PoolFullError(BusyError):
    """Too many connections, all of them in use."""


class Lease:
    """A connection with the number of requests that use it now."""

    __slots__ = ("_unused", "client", "connection", "is_kept", "last_used", "log_level", "owner", "telling", "users")

    def __init__(self, owner: Owner, connection: Connection, client: ClientBehind) -> None:
        self.owner = owner
        self.connection = connection
        #: Whom the server asks outside any call.
        self.client = client
        #: Something is expected of it though no request uses it: it is not closed for being unused.
        self.is_kept = False
        #: Held while a notification is sent, so that they keep their order.
        self.telling = asyncio.Lock()
        self.users = 0
        #: The level that the server was told with ``logging/setLevel``.
        self.log_level: str | None = None
        self.last_used = time.monotonic()
        self._unused: asyncio.Event | None = None

    def give_back(self) -> None:
        """One request has ended."""
        self.users -= 1
        self.last_used = time.monotonic()
        if self.users == 0 and self._unused is not None:
            self._unused.set()

    async def unused(self, timeout: float | None) -> None:
        """Wait until no request uses the connection, at most ``timeout`` seconds if that is given."""
        if self.users:
            if self._unused is None or self._unused.is_set():
                self._unused = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._unused.wait()


class Pool:
    """Connections by owner; opening is done once however many wait for it.

    Args:
        limit: the most connections kept at a time; beyond, the longest unused goes, or opening fails.
    """

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._leases: dict[Owner, Lease] = {}
        self._opening: dict[Owner, asyncio.Task[Lease]] = {}
        #: Those being opened that have their place.
        self._admitted = 0
        #: Those that take no more requests, closed when the last one under way was answered.
        self._retiring: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._leases)

    @property
    def is_busy(self) -> bool:
        """Whether any connection is in use."""
        return bool(self._opening) or any(lease.users for lease in self._leases.values())

    def find(self, owner: Owner) -> Lease | None:
        """The connection of ``owner`` that takes requests."""
        lease = self._leases.get(owner)
        if lease is not None and lease.connection.closed:
            del self._leases[owner]
            retiring = start_task(_retire(lease, None), name="retire connection")
            self._retiring.add(retiring)
            retiring.add_done_callback(self._retiring.discard)
            return None
        return lease

    def find_where(self, condition: Callable[[Owner], bool]) -> Lease | None:
        """The live connection of the first owner that fulfils ``condition``."""
        return next((lease for owner in list(self._leases) if condition(owner) and (lease := self.find(owner))), None)

    def hand_over(self, owner: Owner, new_owner: Owner) -> Lease | None:
        """Give a connection that nobody else saw to its first user; None if there is none, or the user has another."""
        lease = self.find(owner)
        if lease is None or new_owner in self._opening or self.find(new_owner) is not None:
            return None
        self._leases[new_owner] = self._leases.pop(owner)
        lease.owner = new_owner
        return lease

    async def open(self, owner: Owner, opener: Callable[[], Awaitable[Lease]]) -> Lease:
        """The connection of ``owner``, opened by ``opener`` if there is none.

        Raises:
            PoolFullError: too many connections, all in use; or what ``opener`` raises.
            UpstreamError: its owner ended meanwhile.
        """
        lease = self.find(owner)
        if lease is not None:
            return lease
        task = self._opening.get(owner)
        if task is None:
            task = start_task(self._open(owner, opener), name="open connection", awaited=True)
            self._opening[owner] = task
            task.add_done_callback(lambda _: self._opening.pop(owner, None))
        await asyncio.wait([task])
        if task.cancelled():
            raise UpstreamError("the connection was closed while it was opened")
        return task.result()

    async def _open(self, owner: Owner, opener: Callable[[], Awaitable[Lease]]) -> Lease:
        in_the_way = self._in_the_way()
        self._admitted += 1  # before anything is waited for: the place is nobody else's
        try:
            if in_the_way is not None:
                await self.close(in_the_way.owner)
            lease = self._leases[owner] = await opener()
        finally:
            self._admitted -= 1
        return lease

    def _in_the_way(self) -> Lease | None:
        """The connection that is to be closed before another one can be opened."""
        for owner in list(self._leases):
            self.find(owner)  # what has closed by itself takes no place
        if len(self._leases) + self._admitted < self._limit:
            return None
        unused = [lease for lease in self._leases.values() if lease.users == 0]
        if not unused:
            raise PoolFullError(
                f"all {self._limit} connections to this server are in use",
                hint="Raise max_processes for this server, or set isolation to key: its clients share one then.",
            )
        return min(unused, key=lambda lease: (lease.is_kept, lease.last_used))

    async def close(self, owner: Owner) -> None:
        """Close the connection of ``owner``, if there is one."""
        lease = self._leases.pop(owner, None)
        if lease is not None:
            await _close(lease)

    async def close_where(self, condition: Callable[[Owner], bool]) -> None:
        """Close every connection whose owner fulfils ``condition``, also one that is being opened."""
        self._open_no_more(condition)
        await asyncio.gather(*(self.close(owner) for owner in list(self._leases) if condition(owner)))

    async def retire_where(self, condition: Callable[[Owner], bool]) -> None:
        """Close every connection whose owner fulfils ``condition``, once its cancelled requests have ended.

        A request that is cancelled tells the server so, for which it still needs the connection.
        """

        self._open_no_more(condition)
        retired = [self._leases.pop(owner) for owner in list(self._leases) if condition(owner)]
        await asyncio.gather(*(_retire(lease, CANCELLATION) for lease in retired))

    async def close_idle(self, idle: float, *, but: Owner | None = None) -> None:
        """Close what nobody used for ``idle`` seconds, and forget what has closed by itself.

        Connections of client sessions stay as long as these: servers may keep state in them.

        Args:
            idle: seconds.
            but: whose connection stays too.
        """
        limit = time.monotonic() - idle
        for owner in list(self._leases):
            self.find(owner)
        unused = [lease.owner for lease in self._leases.values() if lease.last_used < limit and _may_go(lease)]
        await asyncio.gather(*(self.close(owner) for owner in unused if owner != but))

    async def close_all(self) -> None:
        """Close everything, also what is being opened."""
        opening = list(self._opening.values())
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await self.close_where(lambda _: True)
        await asyncio.gather(*opening, return_exceptions=True)

    def _open_no_more(self, condition: Callable[[Owner], bool]) -> None:
        for owner, task in self._opening.items():
            if condition(owner):
                task.cancel()


async def _retire(lease: Lease, patience: float | None) -> None:
    """Close it when no request uses it any more, or after ``patience`` seconds."""
    try:
        await lease.unused(patience)
    finally:
        await _close(lease)


def _may_go(lease: Lease) -> bool:
    return lease.users == 0 and not lease.is_kept and not lease.owner.session


async def _close(lease: Lease) -> None:
    lease.client.ask = None  # it leads to a session that may have ended
    with contextlib.suppress(UpstreamError, RpcError, OSError):
        await lease.connection.close()
