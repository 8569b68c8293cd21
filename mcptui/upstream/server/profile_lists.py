"""Lists as clients that declare something see them, where a server shows them others than everybody."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.server.audience import Profile
from mcptui.upstream.server.lists import Offer

log = logging.getLogger(__name__)

#: Profiles that are told apart at one server; clients of any other see what everybody sees.
MAX_PROFILES: Final = 16
#: One makes room for another only when none of its clients came for so long, seconds: else clients of more profiles
#: than that would have the server read anew for every request.
UNUSED: Final = 300.0


class _Entry:
    """What is known of one profile; no offer of its own where it is that of everybody."""

    def __init__(self, profile: Profile, used_at: float, offer: Offer | None = None, *, is_known: bool = False) -> None:
        self.profile = profile
        self.offer = offer
        #: It was read, or failed to be, since it may last have changed.
        self.is_known = is_known
        #: What everybody sees has changed since it is being read.
        self.is_outdated = False
        self.used_at = used_at
        self.reading: asyncio.Task[None] | None = None


class ProfileLists:
    """Read when the first client of a profile comes, and again when what everybody sees has changed.

    Of more profiles than are told apart, those whose clients came first are, for as long as they come.

    Args:
        everybody: what a server offers to clients that declare nothing.
        read: reads what it offers to those of a profile, and what everybody sees as well where that may have changed.
        tell: told of "lists" when a profile has another offer than before, of "profiles" when it was read and has not.
        clock: seconds.
    """

    def __init__(
        self,
        everybody: Callable[[], Offer],
        read: Callable[[Profile], Awaitable[Offer]],
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._everybody = everybody
        self._read = read
        self._tell = tell
        self._clock = clock
        #: By digest, in the order of their last use.
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    @property
    def apart(self) -> frozenset[str]:
        """The digests of the profiles that see something of their own."""
        return frozenset(digest for digest, entry in self._entries.items() if entry.offer is not None)

    def of(self, profile: Profile) -> Offer | None:
        """What is offered to clients of ``profile`` alone; None where it is what everybody sees."""
        entry = self._entries.get(profile.digest)
        return None if entry is None else entry.offer

    def is_wanted(self, profile: Profile) -> bool:
        """Whether it is to be read what clients of ``profile`` see, of whom one is here now."""
        if not profile.digest:
            return False
        entry = self._entries.get(profile.digest)
        if entry is None:
            return self._has_room()
        entry.used_at = self._clock()
        self._entries.move_to_end(profile.digest)
        return not entry.is_known

    def _has_room(self) -> bool:
        """Whether another profile can be told apart."""
        if len(self._entries) < MAX_PROFILES:
            return True
        return self._clock() - next(iter(self._entries.values())).used_at > UNUSED

    def is_apart(self, profile: Profile) -> bool:
        """Whether they see something of their own."""
        return self.of(profile) is not None

    def reading(self, profile: Profile) -> asyncio.Task[None]:
        """Read what clients of ``profile`` see, which is wanted, or join who does."""
        entry = self._entries.get(profile.digest)
        if entry is None:
            if len(self._entries) >= MAX_PROFILES:
                self._end(self._entries.popitem(last=False)[1])
            entry = self._entries[profile.digest] = _Entry(profile, self._clock())
        if entry.reading is None or entry.reading.done():
            entry.reading = start_task(self._look(entry), name="lists of a profile")
        return entry.reading

    async def _look(self, entry: _Entry) -> None:
        offer, entry.is_outdated = None, True
        while entry.is_outdated:
            entry.is_outdated = False
            try:
                offer = await self._read(entry.profile)
            except (McptuiError, RpcError) as error:
                log.debug("the lists of a profile could not be read: %s", error)
                offer = None
        before, entry.is_known = entry.offer, True
        if offer is None:
            return  # until what everybody sees changes: nobody waits for it again
        entry.offer = None if offer.is_like(self._everybody()) else offer
        self._tell("profiles" if entry.offer == before else "lists")

    def everybody_read(self, *, has_changed: bool, again: bool) -> None:
        """What everybody sees was read: what a profile sees may have changed with it.

        Args:
            has_changed: whether it is another list than before, or what a profile sees has probably changed without it.
            again: whether what is a profile's own is read again also where it is the same.
        """
        for entry in self._entries.values():
            if entry.offer is not None and entry.offer.is_like(self._everybody()):
                entry.offer = None
            entry.is_outdated |= has_changed
            if has_changed or (again and entry.offer is not None):
                entry.is_known = False

    def restore(self, offers: Iterable[tuple[Profile, Offer | None]]) -> None:
        """What an earlier process has read."""
        for profile, offer in offers:
            self._entries[profile.digest] = _Entry(profile, self._clock(), offer, is_known=True)

    def known(self) -> list[tuple[Profile, Offer | None]]:
        """What a later process may restore."""
        return [(entry.profile, entry.offer) for entry in self._entries.values() if entry.is_known]

    def close(self) -> None:
        """Read no more."""
        for entry in self._entries.values():
            self._end(entry)

    @staticmethod
    def _end(entry: _Entry) -> None:
        if entry.reading is not None:
            entry.reading.cancel()
