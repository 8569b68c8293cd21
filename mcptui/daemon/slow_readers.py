"""What waits in memory for clients that read slowly: bounded for all of them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

log = logging.getLogger(__name__)

#: Between two looks, seconds; who waits for less is not slow.
_LOOK: Final = 1.0


class Reader(Protocol):
    """The connection of a client that takes less than is sent to it."""

    @property
    def unread(self) -> int:
        """Bytes that wait for it."""
        ...

    @property
    def taken(self) -> int:
        """Bytes that it has taken so far."""
        ...

    def abort(self) -> None:
        """End it, and forget what waits."""
        ...


class SlowReaders:
    """The clients of one listener for which something waits.

    Each of them may be slow. Together they hold no more than ``limit``: whoever asks for large answers and takes a few
    bytes a second would fill the memory with them. Beyond it those end that take least.

    Args:
        limit: bytes, asked for at every look.
    """

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        #: With what each had taken at the last look; None for those that were not there.
        self._readers: dict[Reader, int | None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, reader: Reader) -> None:
        """Something waits for ``reader``."""
        self._readers.setdefault(reader, None)
        if self._timer is None:
            self._look_later()

    def remove(self, reader: Reader) -> None:
        """It has taken everything, or is gone."""
        self._readers.pop(reader, None)

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        self.look()
        if self._readers:
            self._look_later()

    def look(self) -> None:
        """End the slowest of those that were there at the last look, until the others are within the limit."""
        too_many = sum(reader.unread for reader in self._readers) - self._limit()
        if too_many > 0:
            speeds = {reader: reader.taken - before for reader, before in self._readers.items() if before is not None}
            for reader in sorted(speeds, key=lambda reader: (speeds[reader], -reader.unread)):
                log.warning("a client that read %d bytes a second was disconnected: too much waits", speeds[reader])
                too_many -= reader.unread
                self.remove(reader)
                reader.abort()
                if too_many <= 0:
                    break
        for reader in self._readers:
            self._readers[reader] = reader.taken
