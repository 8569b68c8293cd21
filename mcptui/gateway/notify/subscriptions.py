"""Resource subscriptions: counted here, held at the servers as long as anybody wants them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from mcptui.errors import McptuiError
from mcptui.gateway.catalogue.per_credential import VariantKey
from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.notify.change_notifier import Listener
from mcptui.gateway.relay.failures import unavailable
from mcptui.gateway.relay.relay import Relay
from mcptui.protocol.errors import RpcError, invalid_params

log = logging.getLogger(__name__)

#: Resources that one stream of a client may subscribe to.
MAX_URIS: Final = 200


class Subscriptions:
    """Which URIs of which servers are subscribed to."""

    def __init__(self, registry: Registry, relay: Relay) -> None:
        self._registry = registry
        self._relay = relay
        self._wanted: Counter[tuple[VariantKey, str]] = Counter()
        self._held: dict[Listener, set[tuple[VariantKey, str]]] = {}

    async def add_all(self, exchange: Exchange, listener: Listener, uris: Iterable[str]) -> list[str]:
        """Subscribe ``listener`` to what it may read of ``uris``; returns what was accepted."""
        accepted = []
        for uri in uris:
            try:
                await self.add(exchange, listener, uri)
            except RpcError as error:
                log.debug("a subscription was not accepted: %s", error.message)
            else:
                accepted.append(uri)
        return accepted

    async def add(self, exchange: Exchange, listener: Listener, uri: str) -> None:
        """Subscribe ``listener`` to ``uri``.

        Raises:
            RpcError: not readable for this principal, too many, or the server refuses.
        """
        if uri not in listener.resources and len(listener.resources) >= MAX_URIS:
            raise invalid_params(f"No more than {MAX_URIS} resources can be subscribed to at a time")
        name = await self._relay.resource_owner(replace(exchange, params={"uri": uri}))
        server = self._relay.upstream(exchange, name)
        if server is None:
            return
        exchange.server = name
        key = self._registry.key(name, exchange.principal, exchange.client)
        if self._wanted[key, uri] == 0:
            try:
                await server.subscribe(uri)
            except McptuiError as error:
                raise unavailable(name, error) from None
        if (key, uri) not in self._held.setdefault(listener, set()):
            self._wanted[key, uri] += 1
            self._held[listener].add((key, uri))
        listener.resources.add(uri)

    async def remove(self, listener: Listener, uri: str) -> None:
        """Unsubscribe; the server is told when nobody is left."""
        listener.resources.discard(uri)
        for key, held in [entry for entry in self._held.get(listener, ()) if entry[1] == uri]:
            self._held[listener].discard((key, held))
            self._wanted[key, held] -= 1
            if self._wanted[key, held] <= 0:
                del self._wanted[key, held]
                server = self._registry.find(key)
                if server is not None:
                    await server.unsubscribe(held)

    async def remove_all(self, listener: Listener) -> None:
        """Forget everything of ``listener``."""
        for _, uri in list(self._held.get(listener, ())):
            await self.remove(listener, uri)
        self._held.pop(listener, None)
