"""Servers as single clients reach them, with a credential of their own: own connections, own lists, own state."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mcptui.upstream.server.server import UpstreamServer

#: Credentials that one principal may use with one server at a time.
PER_PRINCIPAL: Final = 16
#: All of them together.
MAX_VARIANTS: Final = 2_000
#: An unused one is closed after this many seconds.
IDLE: Final = 10 * 60.0


@dataclass(frozen=True, slots=True)
class VariantKey:
    """Which server, for whom, with which credential (its digest); for everybody with the configured one."""

    server: str
    principal: str = ""
    credential: str = ""


@dataclass(slots=True)
class _Entry:
    server: UpstreamServer
    last_used: float = field(default_factory=time.monotonic)


class PerCredentialServers:
    """Made when they are first needed, closed when they are not; the longest unused makes room.

    Args:
        close: closes a server in the background.
    """

    def __init__(self, close: Callable[[UpstreamServer], None]) -> None:
        self._close = close
        self._entries: OrderedDict[VariantKey, _Entry] = OrderedDict()

    def get(self, key: VariantKey, make: Callable[[], UpstreamServer]) -> UpstreamServer:
        """The server for ``key``, made and started if there is none."""
        entry = self._entries.get(key)
        if entry is None:
            self._make_room(key)
            entry = self._entries[key] = _Entry(make())
            entry.server.start()
        entry.last_used = time.monotonic()
        self._entries.move_to_end(key)
        return entry.server

    def find(self, key: VariantKey) -> UpstreamServer | None:
        """The server for ``key``, if there is one."""
        entry = self._entries.get(key)
        return None if entry is None else entry.server

    def __iter__(self) -> Iterator[UpstreamServer]:
        return iter([entry.server for entry in self._entries.values()])

    def __contains__(self, server: UpstreamServer) -> bool:
        return any(entry.server is server for entry in self._entries.values())

    def _make_room(self, new: VariantKey) -> None:
        same = [key for key in self._entries if (key.server, key.principal) == (new.server, new.principal)]
        if len(same) >= PER_PRINCIPAL:
            self._end(self._unused_longest(same))
        elif len(self._entries) >= MAX_VARIANTS:
            self._end(self._unused_longest(list(self._entries)))

    def _unused_longest(self, keys: list[VariantKey]) -> VariantKey:
        """In order of use; one with a call under way only where all have one."""
        return next((key for key in keys if not self._entries[key].server.is_busy), keys[0])

    def _end(self, key: VariantKey) -> None:
        self._close(self._entries.pop(key).server)

    def end_idle(self) -> None:
        """Close what nobody used for long."""
        limit = time.monotonic() - IDLE
        self.end_where(lambda key: self._entries[key].last_used < limit and not self._entries[key].server.is_busy)

    def end_where(self, condition: Callable[[VariantKey], bool]) -> None:
        """Close those whose key fulfils ``condition``."""
        for key in [each for each in self._entries if condition(each)]:
            self._end(key)
