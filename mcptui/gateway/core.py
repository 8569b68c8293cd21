"""The gateway without its doors: what all fronts and the control API share."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from mcptui.gateway.catalogue.cache import CatalogueCache
from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.identity.authenticate import AuthError, authenticate
from mcptui.gateway.identity.rate_limits import RateLimits, limits_of
from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.models.providers import Providers
from mcptui.gateway.notify.change_notifier import ChangeNotifier
from mcptui.gateway.notify.subscriptions import Subscriptions
from mcptui.gateway.principal import KeyPrincipal, Principal
from mcptui.gateway.record.recorder import Recorder
from mcptui.gateway.record.refusals import why_refused
from mcptui.gateway.relay.relay import Relay
from mcptui.gateway.snapshot import Snapshot
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.state.loaded import Loaded
from mcptui.stores.bundle import Stores
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.server import UpstreamServer

log = logging.getLogger(__name__)

#: Of a method and a path, as many characters are looked at where a request is refused.
_SHOWN: Final = 500


class Core:
    """One snapshot at a time, the servers that it describes, and everything in between.

    Args:
        loaded: the first state.
        tools: what opening connections needs.
        stores: what outlives a request.
    """

    def __init__(self, loaded: Loaded, tools: ConnectionDeps, stores: Stores) -> None:
        self.lifetimes = Lifetimes(Snapshot(loaded))
        self.tools = tools
        self.stores = stores
        self._cache = CatalogueCache(stores.catalogues)
        self.registry = Registry(tools, self._cache.restore)
        self.registry.listen(self._heard)
        self.catalogue = Catalogue(self.registry)
        self.relay = Relay(self.registry, self.catalogue, stores, self.lifetimes)
        self.hub = ChangeNotifier(self.registry, self.catalogue, self.lifetimes)
        self.subscriptions = Subscriptions(self.registry, self.relay)
        self.recorder = Recorder(
            stores.history.record,
            lambda exchange: why_refused(self.catalogue, self.snapshot, exchange),
            tools.known,
        )
        stores.history.use(loaded.state.gateway)
        self.providers = Providers(tools.resolve, tools.networks)
        self._limits = RateLimits(stores.rate_limits)
        self._followers: list[Callable[[Snapshot, Snapshot], None]] = []
        self._closers: list[Callable[[], Awaitable[None]]] = [self.providers.close]

    def start(self) -> None:
        """Start the servers; nothing is waited for."""
        self._use_servers(self.snapshot)
        self.lifetimes.start()

    @property
    def snapshot(self) -> Snapshot:
        """The state in effect."""
        return self.lifetimes.snapshot

    async def admit(self, address: str | None, headers: Mapping[str, list[str]], what: str) -> KeyPrincipal:
        """Who sends a request with these headers from ``address``, if that key may send one now.

        Args:
            address: of the client.
            headers: of the request.
            what: its method and path, for the record of one that is refused.

        Raises:
            AuthError: no key, one that must not be used (from there), or too many requests.
        """
        snapshot = self.snapshot
        try:
            principal = authenticate(headers, snapshot, address)
            if limits_of(principal, snapshot):  # few have one: most need no look into the store
                await self._limits.take(principal, snapshot)
        except AuthError as error:
            whose = f" (key {error.key})" if error.key else ""
            self.refuse(what, address, f"{error.message}{whose}")
            raise
        return principal

    def refuse(self, what: str, address: str | None, why: str) -> None:
        """Record that the request ``what`` from ``address`` was not let in."""
        self.recorder.refuse(self.snapshot.without_keys(what[:_SHOWN]), address, why)

    async def count(self, principal: Principal, requests: int) -> None:
        """Count requests of ``principal`` beyond the one that it was admitted for.

        Raises:
            AuthError: they are too many; none was counted.
        """
        await self._limits.take(principal, self.snapshot, requests)

    def restore_limits(self, sent: Iterable[tuple[str, float]]) -> None:
        """Count requests of an earlier process, by key and time (seconds since the epoch), oldest first."""
        now = time.time()
        self._limits.restore(((key, max(0.0, now - at)) for key, at in sent), self.snapshot)

    def follow(self, follower: Callable[[Snapshot, Snapshot], None]) -> None:
        """Have ``follower`` called with (old, new) whenever a new snapshot is in effect."""
        self._followers.append(follower)

    def at_close(self, closer: Callable[[], Awaitable[None]]) -> None:
        """Have ``closer`` awaited when the gateway ends."""
        self._closers.append(closer)

    def swap(self, loaded: Loaded) -> None:
        """Put a new state into effect; requests under way finish with the one they began with."""
        before, after = self.snapshot, Snapshot(loaded)
        self.stores.history.use(loaded.state.gateway)
        if before.state.servers != loaded.state.servers:
            self._use_servers(after)
        self.lifetimes.use(after)
        self.hub.changed()
        for follower in self._followers:
            follower(before, self.snapshot)
        log.info("state %s is applied", loaded.revision[:12])

    def _use_servers(self, snapshot: Snapshot) -> None:
        servers = snapshot.state.servers
        self.registry.apply(servers)
        self._cache.forget_all_but(servers)

    def _heard(self, server: UpstreamServer, event: str, params: dict[str, Any], source: Owner) -> None:
        # Those with the credentials of one client are nobody else's.
        if event in ("lists", "profiles") and self.registry.get(server.config.name) is server:
            self._cache.note(server)

    def end_idle(self) -> None:
        """Close what is used no more; to be called from time to time."""
        self.hub.keep_alive()
        self.registry.end_idle()

    def internal_error(self, exchange: Exchange, error: Exception) -> RpcError:
        """The answer to a request that failed in here; its id leads to the log line."""
        request_id = uuid.uuid4().hex[:12]
        log.error("request %s (%s) failed", request_id, exchange.method, exc_info=error)
        return RpcError(INTERNAL_ERROR, "Internal error of the gateway", {"request": request_id})

    async def close(self) -> None:
        """End suspended calls, close all servers and the connections to providers."""
        self.lifetimes.close()
        for closer in reversed(self._closers):
            await closer()
        await self.relay.suspended.close()
        await self.registry.close()
