"""What the event streams of all sessions keep, for clients that come back or read slowly: bounded for all of them."""

from __future__ import annotations

from collections import Counter
from typing import Final, Protocol

#: Each stream has limits of its own; a key may have thousands of sessions, with many streams each.
MOST_BYTES: Final = 128 * 1024 * 1024
#: So much is left where it was too much, so that room is not made for every message.
_LEFT: Final = 0.9


class Keeper(Protocol):
    """A stream."""

    @property
    def bytes(self) -> int:
        """What it keeps."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it is kept only for a client that comes back."""
        ...

    def drop(self) -> None:
        """Keep nothing of what has come so far."""
        ...


class Kept:
    """The bytes that streams keep, by the principal whose they are.

    Beyond the limit the principal that has most loses what its oldest streams keep, first of those that have ended.

    Args:
        most: the limit.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        #: The streams of each principal that keep something, the oldest first.
        self._streams: dict[str, dict[Keeper, int]] = {}
        self._sums: Counter[str] = Counter()
        #: All that is kept.
        self.bytes = 0

    def note(self, owner: str, stream: Keeper) -> None:
        """``stream`` of ``owner`` keeps more, or less, than before."""
        if not stream.bytes:
            self.forget(owner, stream)
            return
        mine = self._streams.setdefault(owner, {})
        more = stream.bytes - mine.get(stream, 0)
        self._count(owner, more)
        mine[stream] = stream.bytes
        if more > 0 and self.bytes > self._most:
            self._make_room(stream)

    def forget(self, owner: str, stream: Keeper) -> None:
        """``stream`` of ``owner`` is no longer among those that are counted."""
        mine = self._streams.get(owner, {})
        self._count(owner, -mine.pop(stream, 0))
        if not mine:
            self._streams.pop(owner, None)
            del self._sums[owner]

    def _count(self, owner: str, more: int) -> None:
        self._sums[owner] += more
        self.bytes += more

    def _make_room(self, newest: Keeper) -> None:
        while self.bytes > _LEFT * self._most:
            whose = max(self._sums, key=self._sums.__getitem__)
            others = [stream for stream in self._streams[whose] if stream is not newest]
            if not others:
                return
            for stream in sorted(others, key=lambda stream: not stream.ended):
                stream.drop()
                if self.bytes <= _LEFT * self._most or whose != max(self._sums, key=self._sums.__getitem__, default=""):
                    break
