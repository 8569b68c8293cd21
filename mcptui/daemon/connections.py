"""Which connections a listener keeps: how many in all and from one address."""

from __future__ import annotations

import ipaddress
import sys
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol

from mcptui.daemon.slow_readers import SlowReaders
from mcptui.gateway.identity.networks import is_within
from mcptui.model import GatewaySettings

#: Of the files that the process may open, what is left for servers, the state, the log and the history.
_SHARE: Final = 0.75


class Connection(Protocol):
    """What is kept or closed."""

    def close_unused(self) -> None:
        """Close it; no request is under way on it."""
        ...


class Connections:
    """The open connections of one listener.

    Beyond ``max_connections`` the one that has been unused for longest makes room, so that whoever only holds
    connections open keeps nobody out.

    Args:
        settings: the settings in effect.
    """

    def __init__(self, settings: Callable[[], GatewaySettings]) -> None:
        self.settings = settings
        self.slow_readers = SlowReaders(lambda: settings().max_unread_bytes)
        self._room = _SHARE * _open_files()
        self._by_address: Counter[str] = Counter()
        self._addresses: dict[Connection, str | None] = {}
        #: Those without a request under way, the longest unused first.
        self._unused: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._addresses)

    def admit(self, connection: Connection, address: str | None) -> bool:
        """Keep a new connection from ``address``; False where it must be refused."""
        settings = self.settings()
        if self._of_address(address, settings) >= settings.max_connections_per_address:
            return False
        if len(self._addresses) >= min(settings.max_connections, self._room):
            longest = next(iter(self._unused), None)
            if longest is None:
                return False
            self.left(longest)
            longest.close_unused()
        self._addresses[connection] = address
        if address is not None:
            self._by_address[address] += 1
        self._unused[connection] = None
        return True

    def _of_address(self, address: str | None, settings: GatewaySettings) -> int:
        """How many there are from ``address``, where that is limited."""
        if address is None or _is_exempt(address, settings.trusted_proxies):
            return 0
        return self._by_address[address]

    def left(self, connection: Connection) -> None:
        """It is closed, or about to be."""
        self._unused.pop(connection, None)
        address = self._addresses.pop(connection, None)
        if address is not None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def used(self, connection: Connection) -> None:
        """A request is under way on it."""
        self._unused.pop(connection, None)

    def unused(self, connection: Connection) -> None:
        """No request is under way on it any more."""
        if connection in self._addresses:
            self._unused[connection] = None


@lru_cache(maxsize=1024)
def _is_exempt(address: str, proxies: tuple[str, ...]) -> bool:
    """Whether many clients, or this machine's own programs, come from ``address``."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback or is_within(address, proxies)


def _open_files() -> float:
    """How many files the process may open."""
    if sys.platform == "win32":
        return float("inf")
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return float("inf") if soft == resource.RLIM_INFINITY else soft
