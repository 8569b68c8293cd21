"""Resource subscriptions of clients: where each is held, for as long as it is wanted."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from mcptui.errors import McptuiError
from mcptui.gateway.catalogue.per_credential import VariantKey
from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.notify.change_notifier import Listener
from mcptui.gateway.relay.failures import unavailable
from mcptui.gateway.relay.owners import identity_of, owner_of
from mcptui.gateway.relay.relay import Relay
from mcptui.protocol.errors import RpcError, invalid_params
from mcptui.upstream.pool import Owner

log = logging.getLogger(__name__)

#: Resources that one stream of a client may subscribe to.
MAX_URIS: Final = 200


class _Held(NamedTuple):
    """The form of the server, and whose connection, that a subscription is at."""

    key: VariantKey
    holder: Owner


class Subscriptions:
    """Which URIs of which servers are subscribed to."""

    def __init__(self, registry: Registry, relay: Relay) -> None:
        self._registry = registry
        self._relay = relay
        self._held: dict[Listener, dict[str, _Held]] = {}

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
        if uri in listener.resources:
            return
        try:
            holder = await server.subscribe(uri, owner_of(exchange), identity_of(exchange))
        except McptuiError as error:
            raise unavailable(name, error) from None
        key = self._registry.key(name, exchange.principal, exchange.client)
        self._held.setdefault(listener, {})[uri] = _Held(key, holder)
        listener.resources.add(uri)

    async def remove(self, listener: Listener, uri: str) -> None:
        """Unsubscribe; the server is told when nobody on that connection is left."""
        listener.resources.discard(uri)
        held = self._held.get(listener, {}).pop(uri, None)
        server = None if held is None else self._registry.find(held.key)
        if held is not None and server is not None:
            await server.unsubscribe(uri, held.holder)

    async def remove_all(self, listener: Listener) -> None:
        """Forget everything of ``listener``."""
        for uri in list(self._held.get(listener, ())):
            await self.remove(listener, uri)
        self._held.pop(listener, None)
