"""What the client of an exchange sees, and how it reaches the servers in it."""

from __future__ import annotations

import asyncio
import math
import time
import weakref
from collections.abc import Iterable
from typing import Final, NamedTuple

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.principal import KeyPrincipal, Operator, Principal
from mcptui.upstream.server.server import UpstreamServer

#: For how long nobody looks whether the lists of a view are out of date, once they were not, seconds.
LOOKED_AT: Final = 0.5
#: Views of which that is known.
MAX_NOTED: Final = 1_000


class _Current(NamedTuple):
    """What somebody saw, and until when that is certainly not out of date, monotonic seconds."""

    #: Not what keeps it: a view that the catalogue has dropped is not needed, and may be large.
    view: weakref.ref[View]
    until: float


class ClientViews:
    """Views and servers by exchange; the connections of a key end with its access."""

    def __init__(self, registry: Registry, catalogue: Catalogue, lifetimes: Lifetimes) -> None:
        self._registry = registry
        self._catalogue = catalogue
        self._lifetimes = lifetimes
        self._connected: set[tuple[Principal, str]] = set()
        #: By who asked.
        self._current: dict[object, _Current] = {}

    async def ready(self, exchange: Exchange, *, starting: bool = True) -> View:
        """The client's view, once what it sees was read where it is out of date; waits for a moment at most.

        Args:
            exchange: of the client.
            starting: whether processes may be started to know what clients of its profile see.
        """
        view, audience = self.now(exchange), exchange.audience
        asks = (exchange.principal, exchange.scope, exchange.client and exchange.client.digest, audience, starting)
        now = time.monotonic()
        before = self._current.get(asks)
        if before is not None and before.view() is view and now < before.until:
            return view
        reached = self._reached(exchange, view.servers)
        late = [server for server in reached if not server.is_current(audience, starting=starting)]
        if not late:
            due_at = min((server.due_at for server in reached), default=math.inf)
            self._note_current(asks, _Current(weakref.ref(view), min(due_at, now + LOOKED_AT)))
            return view
        await asyncio.gather(*(server.current(audience, starting=starting) for server in late))
        return self.now(exchange)

    def _note_current(self, asks: object, current: _Current) -> None:
        """Looking at every server takes longer than answering: not again before one of them may be out of date."""
        if len(self._current) >= MAX_NOTED:
            self._current.clear()
        self._current[asks] = current

    def _reached(self, exchange: Exchange, servers: Iterable[str]) -> list[UpstreamServer]:
        return [server for name in servers if (server := self.server(exchange, name)) is not None]

    async def looked_for(self, exchange: Exchange, servers: Iterable[str]) -> View:
        """The client's view after ``servers`` were read once more: one of them may have what no list has."""
        reached = self._reached(exchange, servers)
        asked = [server.look_for(exchange.audience) for server in reached if server.may_have_more]
        if asked:
            await asyncio.gather(*asked)
        return self.now(exchange)

    def now(self, exchange: Exchange) -> View:
        """The client's view as it is."""
        return self._catalogue.view(
            exchange.snapshot, exchange.principal, exchange.scope, exchange.client, exchange.audience
        )

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
