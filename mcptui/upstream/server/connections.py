"""The connections of one server: opened for whom they belong to, and given to requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from mcptui.model.limits import Limits
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import CATALOGUE, SHARED, Lease, Owner
from mcptui.upstream.pool import Pool
from mcptui.upstream.server.era import ServerEra
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.opening import Opening

T = TypeVar("T")

#: An unused HTTP session is closed after this many seconds; a process has a setting for that.
IDLE_SESSION: Final = 30 * 60.0
#: More sessions than a gateway has at a time.
MOST_SESSIONS: Final = 10_000
#: How long the first request on a process waits for the lists to be read from it, seconds.
READ_FIRST: Final = 1.0

#: What a server says outside any call: (method, params, whose connection brought it).
Heard: TypeAlias = Callable[[str, dict[str, Any], Owner], None]
#: Has done with a new connection what its owner wants of it, before its first request.
Opened: TypeAlias = Callable[[Lease], Awaitable[None]]


class Reader(Protocol):
    """Reads the lists of the server."""

    def refresh(self) -> None:
        """Read them again soon."""
        ...

    def read_now(self) -> asyncio.Task[None]:
        """Read them, or join who does."""
        ...


class Connections:
    """Opens connections, and hands the process that read the lists to its first user.

    Args:
        known: of the server.
        era: whose connection an owner uses.
        opening: opens them.
        heard: told of what the server says outside any call.
        limits: those in effect.
    """

    def __init__(
        self, known: Known, era: ServerEra, opening: Opening, heard: Heard, limits: Callable[[], Limits] = Limits
    ) -> None:
        self._opened: Opened | None = None
        self._reader: Reader | None = None
        self.limits = limits
        self._known = known
        self._era = era
        self._opening = opening
        self._heard = heard
        if known.config.is_stdio:
            self._pool = Pool(
                limit=known.config.max_processes,
                limit_of_one=lambda: limits().max_processes_per_key,
                clock=time.monotonic,
            )
        else:
            self._pool = Pool(limit=MOST_SESSIONS)
        #: Whose connection reads the lists: the gateway's own, until the first user of a process takes it over.
        self._catalogue_owner = CATALOGUE
        #: A process that was started for a client, until the lists are read from it once.
        self._fresh: Lease | None = None

    def __len__(self) -> int:
        return len(self._pool)

    @property
    def are_none(self) -> bool:
        """Whether no connection is open or being opened."""
        return not len(self._pool) and not self._pool.is_busy

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return self._pool.is_busy

    async def lease(self, owner: Owner, identity: Identity) -> Lease:
        """The connection that ``owner`` uses, opened for ``identity`` if need be, and taken: the caller gives it back.

        Raises:
            RpcError: the server refused the handshake.
            McptuiError: no connection came about.
        """
        lease = self.take_open(owner, identity)
        if lease is not None:
            return lease
        holder = self._era.holder(owner)
        if self._may_take_over(holder, identity):
            lease = await self._taken_over(holder)
        if lease is None:
            return await self._open(holder, Identity() if holder == SHARED else identity)
        return self._used_by(lease, owner, identity)

    def take_open(self, owner: Owner, identity: Identity) -> Lease | None:
        """As :meth:`lease`; None where it is not open."""
        lease = self._pool.find(self._era.holder(owner))
        return None if lease is None else self._used_by(lease.take(), owner, identity)

    @staticmethod
    def _used_by(lease: Lease, owner: Owner, identity: Identity) -> Lease:
        if owner.session and lease.owner != SHARED:
            # Where sessions of a key share a connection, its questions go to the one that used it last.
            lease.client.ask = identity.client.ask
        return lease

    def _may_take_over(self, holder: Owner, identity: Identity) -> bool:
        """Whether the process that read the lists is as good as one of its own: it declared nothing either."""
        if not self._known.config.is_stdio or holder.beside:
            return False
        return holder == SHARED or not identity.capabilities

    async def _taken_over(self, holder: Owner) -> Lease | None:
        """The process that read the lists, now that of ``holder``, and taken; first it has to have read them."""
        reading = self._pool.find(CATALOGUE)
        if reading is not None:
            await reading.unused(READ_FIRST)
        lease = self._pool.find(holder)
        if lease is None and (lease := self._pool.hand_over(CATALOGUE, holder)) is not None:
            if not holder.session:
                self._catalogue_owner = holder
            lease.take()
            try:
                await self._is_open(lease)
            except BaseException:
                lease.give_back()
                raise
            return lease
        return None if lease is None else lease.take()

    async def _is_open(self, lease: Lease) -> None:
        if self._opened is not None:
            await self._opened(lease)

    async def _read_lists_from(self, lease: Lease, identity: Identity) -> None:
        """Have the lists read from a new process, if it sees what a client sees that declares nothing.

        That of a session is read from before the session's first request, and never again: what the session changes
        there is nobody else's.
        """
        holder, reader = lease.owner, self._reader
        if reader is None or not self._known.config.is_stdio or self.reading_lists() is not None:
            return
        if holder != SHARED and identity.capabilities:
            if self._opening.is_other_version(lease.connection):
                reader.refresh()
            return
        self._fresh = lease
        if not holder.session:
            self._catalogue_owner = holder
            reader.refresh()
            return
        try:
            await asyncio.wait([reader.read_now()], timeout=READ_FIRST)
        finally:
            self._fresh = None

    def find(self, owner: Owner) -> Lease | None:
        """The open connection that ``owner`` uses, if there is one."""
        return self._pool.find(self._era.holder(owner))

    def when_opened(self, opened: Opened) -> None:
        """Have ``opened`` awaited with every new connection of a client."""
        self._opened = opened

    def read_by(self, reader: Reader) -> None:
        """Have the lists read by ``reader``, also from a process that was started for a client."""
        self._reader = reader

    async def for_lists(self) -> tuple[Lease, bool]:
        """The connection that reads the lists, and whether it is a new one.

        Raises:
            RpcError: as of :meth:`lease`.
            McptuiError: as there.
        """
        fresh, self._fresh = self._fresh, None
        if fresh is not None and not fresh.connection.closed:
            return fresh, fresh.owner == self._catalogue_owner
        lease = self.reading_lists()
        if lease is not None:
            return lease, False
        lease = await self._open(self._era.holder(CATALOGUE), Identity(), for_lists=True)
        lease.give_back()  # it is used in the same step
        # Only now it is known whether the server keeps anything in a connection.
        wanted = self._era.holder(CATALOGUE)
        if lease.owner == CATALOGUE != wanted:
            self._pool.hand_over(CATALOGUE, wanted)
        # A client may have taken it over already: a key's goes on to be read from, a session's does not.
        if lease.owner == wanted:
            self._catalogue_owner = wanted
        elif lease.owner.session:
            self._catalogue_owner = CATALOGUE
        return lease, True

    def reading_lists(self) -> Lease | None:
        """The connection that reads the lists, while it is open."""
        return self._pool.find(self._catalogue_owner)

    def of_session(self, session: str) -> Lease | None:
        """The open connection that belongs to the client session ``session`` alone."""
        return self._pool.find_where(lambda owner: owner.session == session)

    async def once(self, identity: Identity, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do ``work`` with a connection opened for it, and closed afterwards.

        Raises:
            RpcError: as of :meth:`lease`.
            McptuiError: as there.
        """
        connection = await self._opening.open(identity, lambda *_: None, beside=False)
        try:
            return await work(connection)
        finally:
            await asyncio.shield(connection.close())

    async def _open(self, owner: Owner, identity: Identity, *, for_lists: bool = False) -> Lease:
        lease: Lease | None = None

        def announce(method: str, params: dict[str, Any]) -> None:
            # It may have been handed over meanwhile.
            self._heard(method, params, owner if lease is None else lease.owner)

        async def opener() -> Lease:
            nonlocal lease
            connection = await self._opening.open(identity, announce, beside=owner.beside)
            lease = Lease(owner, connection, identity.client)
            if not owner.session and not identity.capabilities:
                # What it shows to those who declare something is not what everybody sees.
                self._known.peer = connection.peer
            try:
                if not for_lists:
                    await self._is_open(lease)
                    await self._read_lists_from(lease, identity)
            except BaseException:
                await connection.close()
                raise
            return lease

        return await self._pool.open(owner, opener, 0.0 if for_lists else self._known.config.timeout)

    async def request(self, lease: Lease, call: Call) -> dict[str, Any]:
        """Send ``call`` on a leased connection.

        Raises:
            RpcError: the server's own answer.
            UpstreamError: there was none.
        """
        lease.take()
        try:
            return await lease.connection.request(call)
        finally:
            lease.give_back()

    async def using(self, lease: Lease, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do ``work`` with a leased connection, which is kept open meanwhile."""
        lease.take()
        try:
            return await work(lease.connection)
        finally:
            lease.give_back()

    async def tell(self, owner: Owner, method: str, params: dict[str, Any]) -> None:
        """Send a notification of a client on its connection, if one is open that is not everybody's."""
        lease = self.find(owner)
        if lease is None or lease.owner == SHARED:
            return
        async with lease.telling:
            await lease.connection.notify(method, params)

    async def forget(self, principal: str) -> None:
        """Close those of a principal that lost its access."""
        await self._pool.retire_where(lambda owner: owner.principal == principal)

    async def forget_session(self, session: str) -> None:
        """Close those of a client session that ended."""
        await self._pool.close_where(lambda owner: owner.session == session)

    async def close_idle(self) -> None:
        """Close what nobody used for long; of a server that is always to run, not the one that reads the lists."""
        config = self._known.config
        if not config.is_stdio:
            await self._pool.close_idle(IDLE_SESSION)
        else:
            but = None if self._known.is_on_demand else self._catalogue_owner
            await self._pool.close_idle(config.idle_minutes * 60.0, but=but)

    async def close(self) -> None:
        """Close all; processes end with everything they started."""
        await self._pool.close_all()
