"""The gateway without its doors: what all fronts and the control API share."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mcptui.gateway.catalogue.cache import CatalogueCache
from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.identity.authenticate import authenticate
from mcptui.gateway.identity.networks import client_address
from mcptui.gateway.identity.rate_limits import RateLimits
from mcptui.gateway.models.providers import Providers
from mcptui.gateway.notify.change_notifier import ChangeNotifier
from mcptui.gateway.notify.subscriptions import Subscriptions
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.record.recorder import Recorder, Store
from mcptui.gateway.record.refusals import why_refused
from mcptui.gateway.relay.relay import Relay
from mcptui.gateway.relay.tasks import TaskTable
from mcptui.gateway.snapshot import Snapshot
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.state.loaded import Loaded
from mcptui.upstream.connect import ConnectionDeps

log = logging.getLogger(__name__)

#: Timers count in a clock that may stand still while the machine sleeps, so long waits are taken in parts, seconds.
_LONGEST_TIMER: Final = 600.0


class Core:
    """One snapshot at a time, the servers that it describes, and everything in between.

    Args:
        loaded: the first state.
        tools: what opening connections needs.
        store: writes records to the history.
        kept: see the attribute.
    """

    def __init__(self, loaded: Loaded, tools: ConnectionDeps, store: Store, kept: Path | None = None) -> None:
        self.snapshot = Snapshot(loaded)
        self.tools = tools
        #: The directory in which the gateway remembers something for its next start; None for nowhere.
        self.kept = kept
        lists, tasks = CatalogueCache(kept and kept / "catalogue.json"), TaskTable(kept and kept / "tasks.json")
        self.registry = Registry(tools, lists.restore)
        lists.follow(self.registry)
        self.catalogue = Catalogue(self.registry)
        self.relay = Relay(self.registry, self.catalogue, tasks)
        self.hub = ChangeNotifier(self.registry, self.catalogue, lambda: self.snapshot)
        self.subscriptions = Subscriptions(self.registry, self.relay)
        self.recorder = Recorder(store, lambda exchange: why_refused(self.catalogue, self.snapshot, exchange))
        self.providers = Providers(tools.resolve, tools.client)
        self._expiry: asyncio.TimerHandle | None = None
        self._limits = RateLimits()
        self._followers: list[Callable[[Snapshot, Snapshot], None]] = []
        self._closers: list[Callable[[], Awaitable[None]]] = [lists.close, tasks.close, self.providers.close]

    def start(self) -> None:
        """Start the servers; nothing is waited for."""
        self.registry.apply(self.snapshot.state.servers)
        self._wait_for_expiry()

    def admit(self, scope: Mapping[str, Any], headers: Mapping[str, list[str]]) -> KeyPrincipal:
        """Who sends the request with this ASGI ``scope``, if that key may send one now.

        Raises:
            AuthError: no key, one that must not be used (from there), or too many requests.
        """
        return self.admit_from(client_address(scope, headers, self.snapshot.state.gateway.trusted_proxies), headers)

    def admit_from(self, address: str | None, headers: Mapping[str, list[str]]) -> KeyPrincipal:
        """As :meth:`admit`, for a request whose address is known.

        Raises:
            AuthError: as there.
        """
        principal = authenticate(headers, self.snapshot, address)
        self._limits.take(principal, self.snapshot)
        return principal

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
        before, self.snapshot = self.snapshot, Snapshot(loaded)
        if before.state.servers != loaded.state.servers:
            self.registry.apply(loaded.state.servers)
        self._recheck(before)
        self._wait_for_expiry()
        log.info("state %s is in effect", loaded.revision[:12])

    def _recheck(self, before: Snapshot) -> None:
        """End what is no longer allowed, and tell whoever sees something else now."""
        self.relay.recheck(self.snapshot)
        for principal in map(KeyPrincipal, before.state.keys):
            if before.is_valid(principal) and not self.snapshot.is_valid(principal):
                self.registry.forget(principal.id)
        self.hub.changed()
        for follower in self._followers:
            follower(before, self.snapshot)

    def _wait_for_expiry(self) -> None:
        """A key, or the one before a rotation, ends without a change of the file; open streams and calls end too."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        now = datetime.now(UTC)
        moments = [end for key in self.snapshot.state.keys.values() for end in (key.expires, key.previous_expires)]
        ahead = [moment - now for moment in moments if moment is not None and moment > now]
        if ahead:
            seconds = min(min(ahead).total_seconds() + 0.01, _LONGEST_TIMER)
            self._expiry = asyncio.get_running_loop().call_later(seconds, self._expired)

    def _expired(self) -> None:
        self._recheck(self.snapshot)
        self._wait_for_expiry()

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
        """End parked calls, close all servers and the connections to providers."""
        if self._expiry is not None:
            self._expiry.cancel()
        for closer in reversed(self._closers):
            await closer()
        await self.relay.parked.close()
        await self.registry.close()
