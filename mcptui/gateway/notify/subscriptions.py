"""Resource subscriptions of clients: where each is held, for as long as it is wanted."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from mcptui.errors import McptuiError
from mcptui.gateway.catalogue.per_credential import VariantKey
from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.notify.change_notifier import Listener
from mcptui.gateway.relay.failures import unavailable
from mcptui.gateway.relay.owners import identity_of, owner_of
from mcptui.gateway.relay.relay import Relay
from mcptui.protocol.errors import RpcError, invalid_params
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.server import UpstreamServer

log = logging.getLogger(__name__)

#: Resources that one stream of a client may subscribe to.
MAX_URIS: Final = 200


@dataclass(eq=False, slots=True)
class _Held:
    """The form of the server, and whose connection, that a subscription is at; none while the server is asked."""

    key: VariantKey | None = None
    holder: Owner | None = None


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
        if uri in listener.resources:
            await self._server(exchange, uri)
            return
        if len(listener.resources) >= MAX_URIS:
            raise invalid_params(f"No more than {MAX_URIS} subscriptions to resources are possible")
        # Its place is taken before anything is waited for: another request may be for the same.
        held = self._held.setdefault(listener, {})[uri] = _Held()
        listener.resources.add(uri)
        try:
            await self._subscribe(exchange, uri, held)
        finally:
            is_wanted = self._held.get(listener, {}).get(uri) is held
            if held.holder is None and is_wanted:
                self._forget(listener, uri)
        if not is_wanted:
            await self._unsubscribe(uri, held)

    async def _subscribe(self, exchange: Exchange, uri: str, held: _Held) -> None:
        server = await self._server(exchange, uri)
        if server is None or exchange.server is None:
            return
        try:
            holder = await server.subscribe(uri, owner_of(exchange), identity_of(exchange))
        except McptuiError as error:
            raise unavailable(exchange.server, error, exchange, self._registry.known) from None
        held.key, held.holder = self._registry.key(exchange.server, exchange.principal, exchange.client), holder

    async def _server(self, exchange: Exchange, uri: str) -> UpstreamServer | None:
        """The server whose resource ``uri`` is, while it runs."""
        name = await self._relay.resource_owner(replace(exchange, params={"uri": uri}))
        server = self._relay.upstream(exchange, name)
        if server is not None:
            exchange.server = name
        return server

    async def remove(self, listener: Listener, uri: str) -> None:
        """Unsubscribe; the server is told when nobody on that connection is left."""
        held = self._forget(listener, uri)
        if held is not None:
            await self._unsubscribe(uri, held)

    def _forget(self, listener: Listener, uri: str) -> _Held | None:
        listener.resources.discard(uri)
        return self._held.get(listener, {}).pop(uri, None)

    async def _unsubscribe(self, uri: str, held: _Held) -> None:
        server = None if held.key is None else self._registry.find(held.key)
        if server is not None and held.holder is not None:
            await server.unsubscribe(uri, held.holder)

    async def remove_all(self, listener: Listener) -> None:
        """Forget everything of ``listener``."""
        for uri in list(self._held.get(listener, ())):
            await self.remove(listener, uri)
        self._held.pop(listener, None)
