"""Requests a minute: one window a key and one a team, the same number whatever the form of a burst."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable

from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.principal import KeyPrincipal, Principal
from mcptui.gateway.snapshot import Snapshot

#: Seconds in which a limit's number of requests may be sent.
WINDOW = 60.0


class RateLimits:
    """Remembers when the requests of the last minute came, so that no minute has more of them than its limit.

    Args:
        clock: seconds that only grow, so that a changed wall clock changes nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: Who → the moments of the requests, oldest first.
        self._sent: dict[str, deque[float]] = {}

    def take(self, principal: Principal, snapshot: Snapshot) -> None:
        """Count one request.

        Raises:
            AuthError: 429; nothing was counted, and the error says when to come back.
        """
        limits = _limits(principal, snapshot)
        if not limits:
            return
        now = self._clock()
        for who, rpm in limits.items():
            sent = self._recent(who, now)
            if len(sent) >= rpm:
                wait = max(1, math.ceil(sent[len(sent) - rpm] + WINDOW - now))
                message = f"{who} may send {rpm} requests a minute; try again in {wait} s."
                raise AuthError("rate_limited", message, 429, retry_after=wait)
        for who in limits:
            self._sent[who].append(now)

    def restore(self, earlier: Iterable[tuple[str, float]], snapshot: Snapshot) -> None:
        """Count what an earlier process let through: keys with the ages of their requests, seconds, oldest first."""
        now = self._clock()
        for key, age in earlier:
            for who in _limits(KeyPrincipal(key), snapshot):
                self._recent(who, now).append(now - age)

    def _recent(self, who: str, now: float) -> deque[float]:
        """The requests of the last minute."""
        sent = self._sent.setdefault(who, deque())
        while sent and sent[0] <= now - WINDOW:
            sent.popleft()
        return sent


def _limits(principal: Principal, snapshot: Snapshot) -> dict[str, int]:
    """Who is limited to how many requests a minute: the key, and the team that it belongs to."""
    state, key = snapshot.state, snapshot.key(principal)
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
