"""Resources of one server whose updates are wanted, on its connections of either era."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.upstream.call import Announce, Call, Peer
from mcptui.upstream.connect import Identity
from mcptui.upstream.pool import SHARED, Lease
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.listening import Listening, kinds_of


class ResourceSubscriptions:
    """Has a server announce updates: by requests in the handshake era, by what is listened to in the other.

    Args:
        known: of the server.
        connections: of the server.
        announce: told of what is heard.
        peer: what the server is.
    """

    def __init__(
        self, known: Known, connections: Connections, announce: Announce, peer: Callable[[], Awaitable[Peer]]
    ) -> None:
        self._known = known
        self._connections = connections
        self._announce = announce
        self._peer = peer
        self._uris: frozenset[str] = frozenset()
        self._listening: Listening | None = None

    async def add(self, uri: str) -> None:
        """Have updates of ``uri`` announced.

        Raises:
            RpcError: the server refuses.
            McptuiError: it cannot be reached.
        """
        await self._want(self._uris | {uri}, "resources/subscribe", uri)

    async def remove(self, uri: str) -> None:
        """Stop that; a server that is gone has forgotten anyway."""
        with contextlib.suppress(McptuiError, RpcError):
            await self._want(self._uris - {uri}, "resources/unsubscribe", uri)

    async def _want(self, uris: frozenset[str], method: str, uri: str) -> None:
        peer = await self._peer()
        if peer.era == "handshake":
            await self._connections.request(await self._connections.for_subscriptions(), self._call(method, uri))
        elif self._listening is not None:
            await self._listening.set(uris)
        self._uris = uris

    async def renew(self, lease: Lease) -> None:
        """On a new connection: what was subscribed to on the old one is subscribed to again."""
        peer = lease.connection.peer
        if peer.era == "stateless":
            await self._listen_again(peer)
            return
        for uri in self._uris:
            with contextlib.suppress(RpcError):
                await lease.connection.request(self._call("resources/subscribe", uri))

    async def _listen_again(self, peer: Peer) -> None:
        kinds = kinds_of(peer.capabilities)
        if self._listening is None and (kinds or "resources" in peer.capabilities):
            self._listening = Listening(self._listen, self._announce, kinds)
        if self._listening is not None and kinds:
            await self._listening.set(self._uris)

    async def _listen(self, call: Call) -> dict[str, Any]:
        lease = await self._connections.lease(SHARED, Identity())
        return await lease.connection.request(call)

    def _call(self, method: str, uri: str) -> Call:
        return Call(method=method, params={"uri": uri}, timeout=self._known.patience)

    def close(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.close()
