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
    """Views and servers by exchange; the connections of a key end with its access."""

    def __init__(self, registry: Registry, catalogue: Catalogue, lifetimes: Lifetimes) -> None:
        self._registry = registry
        self._catalogue = catalogue
        self._lifetimes = lifetimes
        self._connected: set[tuple[Principal, str]] = set()

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
        return self._catalogue.view(exchange.snapshot, exchange.principal, exchange.scope, exchange.client)

    def server(self, exchange: Exchange, name: str) -> UpstreamServer | None:
        """The server ``name`` as the client reaches it."""
        if (exchange.principal, name) not in self._connected:
            self._will_connect(exchange.principal, name)
        return self._registry.upstream(name, exchange.principal, exchange.client)

    def _will_connect(self, principal: Principal, name: str) -> None:
        """From now on there may be connections that speak for ``principal`` there; they end when its access does."""
        if isinstance(principal, Operator):
            return
        key = KeyPrincipal(principal.name)

        def forget() -> None:
            self._connected.discard((key, name))
            self._registry.forget(key.id, name)

        self._connected.add((key, name))
        self._lifetimes.add(Open(key, forget, lambda snapshot: snapshot.access(key).allows_server(name)))
