"""Host and Origin: a web page must not reach the gateway through the user's browser (DNS rebinding)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from mcptui.model import GatewaySettings
from mcptui.model.settings import LOOPBACK_HOSTS


class Guard:
    """Decides on the headers alone; the same for every path."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._hosts: frozenset[str] | None = LOOPBACK_HOSTS | {host.lower() for host in settings.allowed_hosts}
        if not settings.is_loopback:
            # Reachable from outside, people use names that cannot be known here; a key is needed anyway.
            self._hosts = self._hosts | {settings.host.lower()} if settings.allowed_hosts else None
        self._origins = frozenset((*settings.allowed_origins, *settings.cors_origins))

    def refusal(self, headers: Mapping[str, list[str]]) -> str | None:
        """Why the request is refused with 403, or None."""
        hosts = headers.get("host", [])
        if len(hosts) != 1 or not self._is_known(hosts[0]):
            return "The Host header is not one of this gateway's names (allowed_hosts)."
        origins = headers.get("origin", [])
        if not origins:
            return None
        if len(origins) == 1 and (origins[0] in self._origins or self._is_own(origins[0])):
            return None
        return "The Origin header is not allowed (allowed_origins)."

    def _is_known(self, host: str) -> bool:
        name = _host_name(f"//{host}")
        return name is not None and (self._hosts is None or name in self._hosts)

    def _is_own(self, origin: str) -> bool:
        if not origin.startswith(("http://", "https://")) or self._hosts is None:
            return False
        return _host_name(origin) in self._hosts


@lru_cache(maxsize=64)
def _host_name(url: str) -> str | None:
    """The host of an authority or origin with nothing else in it; None if there is."""
    if any(character in url.partition("//")[2] for character in "/?#@\\"):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname
