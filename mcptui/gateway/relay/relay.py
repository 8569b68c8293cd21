"""One request from a client to the server that answers it: access, name, connection, era."""

from __future__ import annotations

from typing import Any

from mcptui.gateway.catalogue.pages import Pages
from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.relay.call_tap import overhear
from mcptui.gateway.relay.client_views import ClientViews
from mcptui.gateway.relay.era_bridge.runner import BridgeRunner
from mcptui.gateway.relay.links import Links
from mcptui.gateway.relay.seal import Sealer
from mcptui.gateway.relay.sender import Sender
from mcptui.gateway.relay.suspended import SuspendedCalls
from mcptui.gateway.relay.target import Targets
from mcptui.protocol.listed.items import KINDS
from mcptui.stores.bundle import Stores
from mcptui.upstream.server.server import UpstreamServer


class Relay:
    """Answers every request that is about servers."""

    def __init__(self, registry: Registry, catalogue: Catalogue, stores: Stores, lifetimes: Lifetimes) -> None:
        self._known = registry.known
        sealer = Sealer(stores.seal_keys.load())
        self.suspended = SuspendedCalls(lifetimes)
        self.pages = Pages(sealer)
        self._views = ClientViews(registry, catalogue, lifetimes)
        links = Links()
        self._targets = Targets(registry, self._views, stores.tasks, links)
        bridge = BridgeRunner(sealer, self.suspended)
        self._sender = Sender(self._views, bridge, stores, lifetimes, links, registry.known)

    def view(self, exchange: Exchange) -> View:
        """The client's view as it is."""
        return self._views.now(exchange)

    async def ready_view(self, exchange: Exchange, *, starting: bool = True) -> View:
        """The client's view, as of :meth:`ClientViews.ready`."""
        return await self._views.ready(exchange, starting=starting)

    def upstream(self, exchange: Exchange, name: str) -> UpstreamServer | None:
        """The server ``name`` as the client reaches it."""
        return self._views.server(exchange, name)

    async def resource_owner(self, exchange: Exchange) -> str:
        """The server whose resource ``params.uri`` is, if the principal may read it.

        Raises:
            RpcError: unknown and forbidden alike.
        """
        return await self._targets.resource_owner(exchange)

    async def request(self, exchange: Exchange) -> dict[str, Any]:
        """The result of any method but those that belong to a front.

        Raises:
            RpcError: every failure, in words that a client may see.
        """
        overhear(exchange, self._known)
        if exchange.method in KINDS:
            view = await self.ready_view(exchange)
            return {KINDS[exchange.method].member: list(view.lists[exchange.era].items[exchange.method])}
        return await self._sender.send(exchange, await self._targets.of(exchange))
