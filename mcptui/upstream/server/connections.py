"""The connections of one server: opened for whom they belong to, and given to requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, Negotiated, connect
from mcptui.upstream.pool import CATALOGUE, IDLE_PROCESS, IDLE_SESSION, SHARED, Lease, Owner, Pool
from mcptui.upstream.server.era import ServerEra
from mcptui.upstream.server.known import Known
from mcptui.upstream.stdio import StdioConnection

T = TypeVar("T")

#: What a server says outside any call: (method, params, the client session whose own connection brought it, else "").
Heard: TypeAlias = Callable[[str, dict[str, Any], str], None]


class Connections:
    """Opens connections, and hands the first one from the gateway to its first user.

    Args:
        known: of the server.
        era: whose connection an owner uses.
        deps: for opening connections.
        heard: told of what the server says outside any call.
        credential: what is shown in place of the configured credential, where clients bring their own.
        account: the key whose own login is used, where keys log in themselves.
    """

    def __init__(
        self,
        known: Known,
        era: ServerEra,
        deps: ConnectionDeps,
        heard: Heard,
        credential: ClientCredential | None,
        account: str | None,
    ) -> None:
        self._known = known
        self._era = era
        self._deps = deps
        self._heard = heard
        self._credential = credential
        self._account = account
        is_stdio = known.config.is_stdio
        self._pool = Pool(
            limit=known.config.max_processes if is_stdio else 10_000,
            idle=IDLE_PROCESS if is_stdio else IDLE_SESSION,
        )
        #: Whose connection reads the lists: the gateway's own until its first user takes it over.
        self._catalogue_owner = CATALOGUE

    def __len__(self) -> int:
        return len(self._pool)

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return self._pool.is_busy

    async def lease(self, owner: Owner, identity: Identity) -> Lease:
        """The connection that ``owner`` uses, opened for ``identity`` if need be.

        Raises:
            RpcError: the server refused the handshake.
            McptuiError: no connection came about.
        """
        owner = self._era.holder(owner)
        lease = self._pool.find(owner)
        if lease is None and not owner.session and (owner is SHARED or not identity.capabilities):
            # The one that read the lists declared nothing either.
            lease = self._pool.hand_over(CATALOGUE, owner)
            if lease is not None:
                self._catalogue_owner = owner
        return lease or await self._open(owner, Identity() if owner is SHARED else identity)

    async def for_lists(self) -> tuple[Lease, bool]:
        """The connection that reads the lists, and whether it is a new one.

        Raises:
            RpcError: as of :meth:`lease`.
            McptuiError: as there.
        """
        lease = self._pool.find(self._catalogue_owner)
        if lease is not None:
            return lease, False
        self._catalogue_owner = self._era.holder(CATALOGUE)
        return await self._open(self._catalogue_owner, Identity()), True

    async def for_subscriptions(self) -> Lease:
        """The connection that hears of resources.

        Raises:
            RpcError: as of :meth:`lease`.
            McptuiError: as there.
        """
        return await self.lease(self._catalogue_owner, Identity())

    async def _open(self, owner: Owner, identity: Identity) -> Lease:
        identity = replace(identity, credential=self._credential, account=self._account)
        known = self._known

        def announce(method: str, params: dict[str, Any]) -> None:
            self._heard(method, params, owner.session)

        async def opener() -> Connection:
            if self._era.shakes_hands_beside(owner):
                negotiated = Negotiated(known.negotiated.transport, "handshake")
                return await connect(known.config, self._deps, identity, negotiated, announce)
            connection = await connect(known.config, self._deps, identity, known.negotiated, announce)
            known.peer = connection.peer
            return connection

        return await self._pool.open(owner, opener)

    async def request(self, lease: Lease, call: Call) -> dict[str, Any]:
        """Send ``call`` on a leased connection.

        Raises:
            RpcError: the server's own answer.
            UpstreamError: there was none.
        """
        lease.users += 1
        try:
            return await lease.connection.request(call)
        finally:
            self._used(lease)

    async def using(self, lease: Lease, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do ``work`` with a leased connection, which is kept open meanwhile."""
        lease.users += 1
        try:
            return await work(lease.connection)
        finally:
            self._used(lease)

    def _used(self, lease: Lease) -> None:
        lease.give_back()
        if isinstance(lease.connection, StdioConnection) and lease.connection.process.stderr:
            self._known.stderr = tuple(lease.connection.process.stderr)

    async def forget(self, principal: str) -> None:
        """Close those of a principal that lost its access."""
        await self._pool.retire_where(lambda owner: owner.principal == principal)

    async def forget_session(self, session: str) -> None:
        """Close those of a client session that ended."""
        await self._pool.close_where(lambda owner: owner.session == session)

    async def close_idle(self) -> None:
        """Close what nobody used for long."""
        await self._pool.close_idle()

    async def close(self) -> None:
        """Close all; processes end with everything they started."""
        await self._pool.close_all()
