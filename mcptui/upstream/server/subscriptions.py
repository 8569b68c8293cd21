"""Resources of one server whose updates are wanted: on whose connection, in either era."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.upstream.call import Call
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import Lease, Owner
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.listening import Listening, kinds_of

#: Takes what is heard: (method, params, whose connection brought it).
Heard: TypeAlias = Callable[[str, dict[str, Any], Owner], None]


@dataclass(slots=True)
class _Wanted:
    """What the users of one connection want to hear of."""

    #: Who opens it again when it was lost.
    owner: Owner
    identity: Identity
    lease: Lease
    uris: Counter[str] = field(default_factory=Counter)
    #: Of these the server knows on this connection.
    told: set[str] = field(default_factory=set)
    #: Held while the server is told: who comes next knows by then what became of it.
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: In the stateless era: changes of lists, and the stream that brings all.
    kinds: frozenset[str] = frozenset()
    listening: Listening | None = None


class ResourceSubscriptions:
    """Has a server announce updates: by requests in the handshake era, by what is listened to in the other.

    Args:
        known: of the server.
        connections: of the server.
        heard: told of what is heard.
    """

    def __init__(self, known: Known, connections: Connections, heard: Heard) -> None:
        self._known = known
        self._connections = connections
        self._heard = heard
        self._wanted: dict[Owner, _Wanted] = {}

    async def add(self, uri: str, owner: Owner, identity: Identity) -> Owner:
        """Have updates of ``uri`` announced on the connection of ``owner``, and return whose that is.

        Raises:
            RpcError: the server refuses.
            McptuiError: it cannot be reached.
        """
        lease = await self._connections.lease(owner, identity)
        try:
            return await self._add(uri, lease, _Wanted(owner, identity, lease))
        finally:
            lease.give_back()

    async def _add(self, uri: str, lease: Lease, new: _Wanted) -> Owner:
        wanted = self._wanted.setdefault(lease.owner, new)
        wanted.uris[uri] += 1
        try:
            async with wanted.telling:
                await self._tell(wanted, uri)
        except BaseException:
            wanted.uris -= Counter([uri])
            self._drop_unused(lease.owner)
            raise
        lease.is_kept = True
        return lease.owner

    async def remove(self, uri: str, holder: Owner) -> None:
        """Stop that; a server that is gone has forgotten anyway."""
        wanted = self._wanted.get(holder)
        if wanted is None:
            return
        wanted.uris -= Counter([uri])
        wanted.lease.is_kept = bool(wanted.uris)
        try:
            async with wanted.telling:
                if uri in wanted.told and uri not in wanted.uris:
                    wanted.told.discard(uri)
                    await self._take_back(wanted, uri)
        finally:
            self._drop_unused(holder)

    async def _take_back(self, wanted: _Wanted, uri: str) -> None:
        if not wanted.lease.connection.closed:
            with contextlib.suppress(McptuiError, RpcError):
                await self._changed(wanted, "resources/unsubscribe", uri)

    def _drop_unused(self, holder: Owner) -> None:
        wanted = self._wanted.get(holder)
        if wanted is not None and not wanted.uris and not wanted.kinds and wanted.listening is None:
            del self._wanted[holder]

    async def _tell(self, wanted: _Wanted, uri: str) -> None:
        """Have updates of ``uri`` announced, unless they are."""
        told = wanted.told  # of this connection: another one may take its place meanwhile
        if uri not in told:
            await self._changed(wanted, "resources/subscribe", uri)
            told.add(uri)

    async def _changed(self, wanted: _Wanted, method: str, uri: str) -> None:
        if wanted.lease.connection.peer.era == "handshake":
            call = Call(method=method, params={"uri": uri}, timeout=self._known.patience)
            await self._connections.request(wanted.lease, call)
        else:
            await self._listen(wanted)

    async def _listen(self, wanted: _Wanted) -> None:
        if wanted.listening is None:
            lease = wanted.lease

            def announce(method: str, params: dict[str, Any]) -> None:
                self._heard(method, params, lease.owner)

            wanted.listening = Listening(
                lease.connection.request, announce, wanted.kinds, lambda: lease.connection.closed
            )
        uris = frozenset(wanted.uris)
        wanted.told = set(uris)
        await wanted.listening.set(uris)

    async def follow(self, lease: Lease) -> None:
        """On a new connection that reads the lists: hear of their changes too."""
        peer = lease.connection.peer
        kinds = kinds_of(peer.capabilities)
        if peer.era == "stateless" and kinds:
            wanted = self._wanted.setdefault(lease.owner, _Wanted(lease.owner, Identity(), lease))
            wanted.kinds = kinds
        await self.renew(lease)

    async def renew(self, lease: Lease) -> None:
        """On a new connection: what was subscribed to on the old one is subscribed to again."""
        wanted = self._wanted.get(lease.owner)
        if wanted is None:
            return
        if wanted.lease is not lease:
            wanted.lease, wanted.told = lease, set()
        lease.is_kept = bool(wanted.uris)
        if wanted.listening is not None:
            wanted.listening.close()
            wanted.listening = None
        if lease.connection.peer.era == "stateless":
            await self._listen(wanted)
            return
        for uri in list(wanted.uris):
            with contextlib.suppress(McptuiError, RpcError):
                await self._tell(wanted, uri)

    async def restore(self) -> None:
        """Open the connections again that were lost and are waited on."""
        for wanted in list(self._wanted.values()):
            if wanted.uris and wanted.lease.connection.closed:
                with contextlib.suppress(McptuiError, RpcError):
                    lease = await self._connections.lease(wanted.owner, wanted.identity)
                    try:
                        if lease is not wanted.lease:
                            await self.renew(lease)
                    finally:
                        lease.give_back()

    def forget(self, condition: Callable[[Owner], bool]) -> None:
        """Nobody is left who wants anything on the connections of those that fulfil ``condition``."""
        for holder in [each for each in self._wanted if condition(each)]:
            wanted = self._wanted.pop(holder)
            if wanted.listening is not None:
                wanted.listening.close()

    def close(self) -> None:
        """Listen no more."""
        self.forget(lambda _: True)
