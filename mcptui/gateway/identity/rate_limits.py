"""Requests a minute: one window a key and one a team."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.principal import KeyPrincipal, Principal
from mcptui.gateway.snapshot import Snapshot
from mcptui.stores.rate_limits import RateLimitStore


class RateLimits:
    """The limits of the state, counted in a store."""

    def __init__(self, store: RateLimitStore) -> None:
        self._store = store

    async def take(self, principal: Principal, snapshot: Snapshot, count: int = 1) -> None:
        """Count so many requests.

        Raises:
            AuthError: 429; nothing was counted, and the error says when to come back.
        """
        limits = limits_of(principal, snapshot)
        if not limits:
            return
        exceeded = await self._store.take(limits, count)
        if exceeded is not None:
            wait = max(1, math.ceil(exceeded.wait))
            message = f"{exceeded.name} may send {exceeded.rpm} requests a minute; try again in {wait} s."
            raise AuthError("rate_limited", message, 429, retry_after=wait, key=principal.id.removeprefix("key:"))

    def restore(self, earlier: Iterable[tuple[str, float]], snapshot: Snapshot) -> None:
        """Count what an earlier process let through: keys with the ages of their requests, seconds, oldest first."""
        for key, age in earlier:
            for who in limits_of(KeyPrincipal(key), snapshot):
                self._store.restore(who, age)


def limits_of(principal: Principal, snapshot: Snapshot) -> Mapping[str, int]:
    """What limits ``principal``; nothing, for most."""
    key = snapshot.key(principal)
    return {} if key is None else snapshot.rate_limits(key)
