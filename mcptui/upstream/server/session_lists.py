"""Lists of client sessions to which a server has announced a change on their own connections."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.server.lists import Offer

log = logging.getLogger(__name__)

TOOLS_CHANGED: Final = "notifications/tools/list_changed"


class SessionLists:
    """From the first announcement on, a session sees its own lists, and no other session does.

    Args:
        read: reads what a session is offered on its own connection, after the announcements that it is given; None
            where the session has no connection of its own any more.
        tell: told (what happened, session) when the lists of a session, or what it hears of them, have changed.
    """

    def __init__(
        self, read: Callable[[str, frozenset[str]], Awaitable[Offer | None]], tell: Callable[[str, str], None]
    ) -> None:
        self._read = read
        self._tell = tell
        self._offers: dict[str, Offer] = {}
        self._announced: dict[str, set[str]] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}

    def of(self, session: str) -> Offer | None:
        """What ``session`` alone is offered; None where it is what all sessions are."""
        return self._offers.get(session)

    def reading(self, session: str) -> asyncio.Task[None] | None:
        """What reads the lists of ``session`` after an announcement; None where they are read."""
        return self._readers.get(session)

    def announced(self, session: str, method: str) -> None:
        """The server has told ``session`` that a list changed."""
        self._announced.setdefault(session, set()).add(method)
        if session not in self._readers:
            self._readers[session] = start_task(self._follow(session), name="lists of a session")

    async def _follow(self, session: str) -> None:
        try:
            while announced := self._announced.pop(session, None):
                await self._look(session, announced)
        finally:
            if self._readers.get(session) is asyncio.current_task():
                del self._readers[session]

    async def _look(self, session: str, announced: set[str]) -> None:
        try:
            offer = await self._read(session, frozenset(announced))
        except (McptuiError, RpcError) as error:
            log.warning("the lists of a client session could not be read: %s", error)
        else:
            if offer is not None and offer != self._offers.get(session):
                self._offers[session] = offer
                self._tell("lists", session)
        # Also where the list reads the same: the server has its reasons to say so.
        for method in sorted(announced):
            self._tell(method, session)

    def everybody_read(self, offer: Offer) -> None:
        """What all sessions see was read: those that see the same see it from now on."""
        for session in [name for name, own in self._offers.items() if own.is_like(offer)]:
            del self._offers[session]

    def forget(self, session: str) -> None:
        """``session`` has ended."""
        self._offers.pop(session, None)
        self._announced.pop(session, None)
        if (reader := self._readers.pop(session, None)) is not None:
            reader.cancel()

    def close(self) -> None:
        """Read no more."""
        for reader in list(self._readers.values()):
            reader.cancel()
