"""Requests a minute: one bucket a key and one a team, whatever the form of a burst."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from mcptui.gateway.auth import AuthError, Principal
from mcptui.gateway.snapshot import Snapshot

_MINUTE = 60.0


class RateLimits:
    """Token buckets that hold a minute's worth and fill evenly.

    Args:
        clock: seconds that only grow, so that a changed wall clock changes nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: Who → (tokens, when they were counted).
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, principal: Principal, snapshot: Snapshot) -> None:
        """Count one request.

        Raises:
            AuthError: 429; nothing was counted, and the error says when to come back.
        """
        limits = _limits(principal, snapshot)
        if not limits:
            return
        now = self._clock()
        filled = {who: self._filled(who, rpm, now) for who, rpm in limits.items()}
        for who, tokens in filled.items():
            if tokens < 1:
                wait = math.ceil((1 - tokens) * _MINUTE / limits[who])
                message = f"{who} may send {limits[who]} requests a minute; try again in {wait} s."
                raise AuthError("rate_limited", message, 429, retry_after=wait)
        for who, tokens in filled.items():
            self._buckets[who] = (tokens - 1, now)

    def _filled(self, who: str, rpm: int, now: float) -> float:
        tokens, counted = self._buckets.get(who, (float(rpm), now))
        return min(float(rpm), tokens + (now - counted) * rpm / _MINUTE)


def _limits(principal: Principal, snapshot: Snapshot) -> dict[str, int]:
    """Who is limited to how many requests a minute: the key, and the team that it belongs to."""
    state = snapshot.state
    key = state.keys.get(principal.key) if principal.key is not None else None
    if key is None:
        return {}
    limits = {}
    if key.rpm is not None:
        limits[f"key {key.name}"] = key.rpm
    user = state.users.get(key.user) if key.user is not None else None
    team = state.teams.get(key.team or (user.team if user is not None else None) or "")
    if team is not None and team.rpm is not None:
        limits[f"team {team.name}"] = team.rpm
    return limits
