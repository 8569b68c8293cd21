"""In which era a server is spoken to, and who shares a connection because of that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Peer
from mcptui.upstream.errors import NotMcpError
from mcptui.upstream.pool import SHARED, Owner
from mcptui.upstream.server.known import Known


class ServerEra:
    """Decides for each owner of a connection."""

    def __init__(self, known: Known) -> None:
        self._known = known
        #: Whether a stateless server also shakes hands; None before anybody needed to know.
        self._also_handshake: bool | None = None

    @property
    def is_shared(self) -> bool:
        """Whether the server cannot tell one principal from another: they use the same connection."""
        known = self._known
        return known.config.isolation == "shared" or (known.peer is not None and known.peer.era == "stateless")

    def holder(self, owner: Owner) -> Owner:
        """Whose connection ``owner`` uses: its own, or that of all."""
        if not self.is_shared:
            return owner
        has_own = bool(owner.session and self._also_handshake) and self._known.config.isolation != "shared"
        return owner if has_own else SHARED

    def shakes_hands_beside(self, owner: Owner) -> bool:
        """Whether the connection of ``owner`` is one of the handshake era to a server that is stateless by itself."""
        peer = self._known.peer
        return bool(owner.session) and peer is not None and peer.era == "stateless"

    async def of(self, owner: Owner, peer: Peer, shake_hands: Callable[[], Awaitable[object]]) -> Era:
        """The era of the connection that ``owner`` gets.

        A client session that can be asked shakes hands with a server that speaks both eras: what such a
        server asks in the middle of a call then reaches that client as it would directly.

        Args:
            owner: who gets it.
            peer: the server, as the gateway itself reaches it.
            shake_hands: opens that connection.

        Raises:
            UpstreamError: the server could not be reached.
        """
        if peer.era == "handshake" or not owner.session or self._also_handshake is False:
            return peer.era
        config = self._known.config
        if config.spec_version != "auto" or config.isolation == "shared":
            self._also_handshake = False
            return peer.era
        try:
            self._also_handshake = True
            await shake_hands()
        except (RpcError, NotMcpError):
            self._also_handshake = False
            return peer.era
        return "handshake"
