"""What single clients are offered: those of a profile, and those whose session a server has told of a change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from mcptui.upstream.call import Call, Connection, Peer
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import Lease
from mcptui.upstream.server.audience import Audience, Profile
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.list_reader import ListReader
from mcptui.upstream.server.lists import Lists, Offer
from mcptui.upstream.server.profile_lists import ProfileLists
from mcptui.upstream.server.session_lists import TOOLS_CHANGED, SessionLists


class ApartLists:
    """Reads it on connections that declare what those clients declare, or that are theirs.

    Args:
        known: of the server.
        connections: of the server.
        connected: awaited with every new connection of the gateway's own before it is read from.
        everybody: what clients that declare nothing are offered.
        tell: told (what happened, client session or "") when lists have changed.
    """

    def __init__(
        self,
        known: Known,
        connections: Connections,
        connected: Callable[[Lease], Awaitable[None]],
        everybody: Callable[[], Offer],
        tell: Callable[[str, str], None],
    ) -> None:
        self._known = known
        self._connections = connections
        self._connected = connected
        self._everybody = everybody
        self._tell = tell
        self.profiles = ProfileLists(everybody, self._read_profile, lambda event: tell(event, ""))
        self.sessions = SessionLists(self._read_session, tell)

    def offer(self, audience: Audience) -> Offer:
        """What ``audience`` is offered, as far as it is known."""
        return self.sessions.of(audience.session) or self.profiles.of(audience.profile) or self._everybody()

    def is_apart(self, audience: Audience) -> bool:
        """Whether ``audience`` is offered something of its own."""
        return self.sessions.of(audience.session) is not None or self.profiles.is_apart(audience.profile)

    def is_lost(self, session: str) -> bool:
        """Whether the connection is gone on which ``session`` was offered something of its own."""
        return self.sessions.of(session) is not None and self._connections.of_session(session) is None

    def forget_lost(self, session: str) -> None:
        """What ``session`` was offered on a connection that is gone is offered no more."""
        if self.is_lost(session):
            self.sessions.forget(session)
            self._tell("lists", session)

    def everybody_read(self, before: Offer, *, is_announced: bool) -> None:
        """What everybody sees was read, and was ``before`` that.

        Args:
            before: what everybody saw.
            is_announced: whether the server had announced a change; perhaps of what only some see.
        """
        now = self._everybody()
        is_same_version = (
            before.peer is not None and now.peer is not None and before.peer.server_info == now.peer.server_info
        )
        has_changed = not (is_same_version and now.is_like(before))
        is_stdio = self._known.config.is_stdio
        self.profiles.everybody_read(has_changed=has_changed or (is_announced and not is_stdio), again=not is_stdio)
        self.sessions.everybody_read(now)

    def close(self) -> None:
        """Read no more."""
        self.profiles.close()
        self.sessions.close()

    async def _read_profile(self, profile: Profile) -> Offer:
        """What the server offers to clients that declare ``profile``, on a connection that declares it too."""
        peer = self._known.peer
        if peer is not None and peer.era == "stateless":
            lease, is_new = await self._connections.for_lists()
            if is_new:
                await self._connected(lease)
            return await self._connections.using(lease, lambda connection: self._offered(connection, profile))
        identity = Identity(capabilities=profile.capabilities)
        return await self._connections.once(identity, lambda connection: self._offered(connection, profile))

    async def _offered(self, connection: Connection, profile: Profile) -> Offer:
        peer = await _seen_by(connection, profile, self._known.patience)
        limits = self._connections.limits()
        reader = ListReader(connection, self._known.patience, profile.capabilities, peer.capabilities, limits=limits)
        return Offer(peer, await reader.others(await reader.tools(self._everybody().lists)))

    async def _read_session(self, session: str, announced: frozenset[str]) -> Offer | None:
        """What the server offers to a client session, on the session's own connection."""
        lease, before = self._connections.of_session(session), self.sessions.of(session)
        if lease is None:
            return None

        async def read(connection: Connection) -> Lists:
            reader = ListReader(connection, self._known.patience, limits=self._connections.limits())
            lists = self._everybody().lists if before is None else before.lists
            if before is None or TOOLS_CHANGED in announced:
                lists = await reader.tools(lists)
            if before is None or announced - {TOOLS_CHANGED}:
                lists = await reader.others(lists)
            return lists

        return Offer(lease.connection.peer, await self._connections.using(lease, read))


async def _seen_by(connection: Connection, profile: Profile, timeout: float) -> Peer:
    """The server as a client of ``profile`` sees it."""
    peer = connection.peer
    if peer.era == "handshake":
        return peer
    call = Call(method="server/discover", params={}, capabilities=profile.capabilities, timeout=timeout)
    found = await connection.request(call)
    offers, instructions = found.get("capabilities"), found.get("instructions")
    return replace(
        peer,
        capabilities=offers if isinstance(offers, dict) else peer.capabilities,
        instructions=instructions if isinstance(instructions, str) else None,
    )
