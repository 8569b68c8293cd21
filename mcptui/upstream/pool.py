"""The open connections of one server: who uses which, and when they are closed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import Connection
from mcptui.upstream.errors import BusyError, UpstreamError

#: An unused session is closed after this many seconds; a process sooner than a mere HTTP session.
IDLE_SESSION: Final = 30 * 60.0
IDLE_PROCESS: Final = 10 * 60.0
#: How long cancelled requests may take to tell the server, seconds.
CANCELLATION: Final = 10.0


class Owner(NamedTuple):
    """Whom a connection with state belongs to; it is never shared with another owner.

    ``session`` is the client's own session where that client can be asked, else "".
    """

    principal: str
    session: str = ""
    capabilities: str = ""


#: The gateway itself, which reads the lists.
CATALOGUE: Final = Owner("")
#: Everybody: stateless servers, and processes that the user wants shared.
SHARED: Final = Owner("*")


class PoolFullError(BusyError):
    """Too many connections, all of them in use."""


class Lease:
    """A connection with the number of requests that use it now."""

    __slots__ = ("_unused", "connection", "last_used", "log_level", "users")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
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
            self._unused = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._unused.wait()


class Pool:
    """Connections by owner; opening is done once however many wait for it.

    Args:
        limit: the most connections kept at a time; beyond, the longest unused goes, or opening fails.
        idle: seconds after which an unused connection is closed.
    """

    def __init__(self, *, limit: int, idle: float) -> None:
        self._limit = limit
        self._idle = idle
        self._leases: dict[Owner, Lease] = {}
        self._opening: dict[Owner, asyncio.Task[Lease]] = {}
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

    def hand_over(self, owner: Owner, new_owner: Owner) -> Lease | None:
        """Give a connection that nobody else saw to its first user."""
        lease = self.find(owner)
        if lease is not None:
            self._leases[new_owner] = self._leases.pop(owner)
        return lease

    async def open(self, owner: Owner, opener: Callable[[], Awaitable[Connection]]) -> Lease:
        """The connection of ``owner``, opened by ``opener`` if there is none.

        Raises:
            PoolFullError: too many connections, all in use; or what ``opener`` raises.
        """
        lease = self.find(owner)
        if lease is not None:
            return lease
        task = self._opening.get(owner)
        if task is None:
            task = start_task(self._open(owner, opener), name="open connection", awaited=True)
            self._opening[owner] = task
            task.add_done_callback(lambda _: self._opening.pop(owner, None))
        return await asyncio.shield(task)

    async def _open(self, owner: Owner, opener: Callable[[], Awaitable[Connection]]) -> Lease:
        await self._make_room()
        lease = Lease(await opener())
        self._leases[owner] = lease
        return lease

    async def _make_room(self) -> None:
        if len(self._leases) + len(self._opening) <= self._limit:
            return
        unused = [(lease.last_used, owner) for owner, lease in self._leases.items() if lease.users == 0]
        if not unused:
            raise PoolFullError(
                f"all {self._limit} connections to this server are in use",
                hint="Raise max_processes for this server, or set isolation to shared.",
            )
        _, oldest = min(unused, key=lambda entry: entry[0])
        await self.close(oldest)

    async def close(self, owner: Owner) -> None:
        """Close the connection of ``owner``, if there is one."""
        lease = self._leases.pop(owner, None)
        if lease is not None:
            await _close(lease)

    async def close_where(self, condition: Callable[[Owner], bool]) -> None:
        """Close every connection whose owner fulfils ``condition``."""
        await asyncio.gather(*(self.close(owner) for owner in list(self._leases) if condition(owner)))

    async def retire_where(self, condition: Callable[[Owner], bool]) -> None:
        """Close every connection whose owner fulfils ``condition``, once its cancelled requests have ended.

        A request that is cancelled tells the server so, for which it still needs the connection.
        """

        retired = [self._leases.pop(owner) for owner in list(self._leases) if condition(owner)]
        await asyncio.gather(*(_retire(lease, CANCELLATION) for lease in retired))

    async def close_idle(self) -> None:
        """Close what nobody used for long."""
        limit = time.monotonic() - self._idle
        idle = {owner for owner, lease in self._leases.items() if lease.users == 0 and lease.last_used < limit}
        await self.close_where(idle.__contains__)

    async def close_all(self) -> None:
        """Close everything, also what is being opened."""
        for task in (*self._opening.values(), *self._retiring):
            task.cancel()
        await asyncio.gather(*self._opening.values(), *self._retiring, return_exceptions=True)
        await self.close_where(lambda _: True)


async def _retire(lease: Lease, patience: float | None) -> None:
    """Close it when no request uses it any more, or after ``patience`` seconds."""
    try:
        await lease.unused(patience)
    finally:
        await _close(lease)


async def _close(lease: Lease) -> None:
    with contextlib.suppress(UpstreamError, RpcError, OSError):
        await lease.connection.close()
