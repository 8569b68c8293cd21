"""What the client of an exchange sees, and how it reaches the servers in it."""

from __future__ import annotations

import asyncio
from typing import Final

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.views import Catalogue, View
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.principal import KeyPrincipal, Operator, Principal
from mcptui.upstream.server.server import UpstreamServer

#: How long lists wait for servers that were never read, seconds: only after a start.
FIRST_READ: Final = 5.0


class ClientViews:
    """Views and servers by exchange; the connections of a key end with it."""

    def __init__(self, registry: Registry, catalogue: Catalogue, lifetimes: Lifetimes) -> None:
        self._registry = registry
        self._catalogue = catalogue
        self._lifetimes = lifetimes
        self._connected: dict[Principal, Open] = {}

    async def ready(self, exchange: Exchange) -> View:
        """The client's view, once every server in it has been read or has failed for the first time."""
        view = self.now(exchange)
        if self._registry.settled and exchange.client is None and not exchange.snapshot.has_own_logins:
            return view
        waiting = [server for name in view.servers if (server := self.server(exchange, name)) and not server.was_read]
        if waiting:
            await asyncio.gather(*(server.first_read(FIRST_READ) for server in waiting))
            view = self.now(exchange)
        return view

    def now(self, exchange: Exchange) -> View:
        """The client's view as it is."""
        self._will_connect(exchange.principal)
        return self._catalogue.view(exchange.snapshot, exchange.principal, exchange.scope, exchange.client)

    def server(self, exchange: Exchange, name: str) -> UpstreamServer | None:
        """The server ``name`` as the client reaches it."""
        return self._registry.upstream(name, exchange.principal, exchange.client)

    def _will_connect(self, principal: Principal) -> None:
        """From now on there may be connections that speak for ``principal``; they end when its key does."""
        if isinstance(principal, Operator) or principal in self._connected:
            return

        def forget() -> None:
            self._connected.pop(principal, None)
            self._registry.forget(principal.id)

        connections = self._connected[principal] = Open(KeyPrincipal(principal.name), forget)
        self._lifetimes.add(connections)
