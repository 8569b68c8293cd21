"""In which era a server is spoken to, and whose connection a request uses because of that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Peer
from mcptui.upstream.errors import BusyError, NotMcpError, UpstreamError
from mcptui.upstream.lease import SHARED, Owner
from mcptui.upstream.server.isolation import holder_of
from mcptui.upstream.server.known import Known


class ServerEra:
    """Decides for each owner of a connection."""

    def __init__(self, known: Known) -> None:
        self._known = known
        #: Whether a stateless server also shakes hands; None before anybody needed to know.
        self._also_handshake: bool | None = None
        #: It has done so with a session.
        self._has_shaken_hands = False
        #: Sessions that it refused after that, which are served as clients without one.
        self._refused: set[str] = set()

    def holder(self, owner: Owner) -> Owner:
        """The owner of the connection that a request of ``owner`` uses."""
        config, peer = self._known.config, self._known.peer
        era = None if peer is None else peer.era
        also_handshake = bool(self._also_handshake) and owner.session not in self._refused
        return holder_of(owner, config.isolation, era, is_stdio=config.is_stdio, also_handshake=also_handshake)

    def is_shared(self, owner: Owner) -> bool:
        """Whether the server cannot tell ``owner`` from others: they use the same connection."""
        return self.holder(owner) == SHARED

    def known_for(self, owner: Owner, peer: Peer) -> Era | None:
        """As :meth:`of`; None where only a handshake would tell."""
        if peer.era == "handshake" or not owner.session or owner.session in self._refused:
            return peer.era
        return peer.era if self._also_handshake is False else None

    async def of(self, owner: Owner, peer: Peer, shake_hands: Callable[[], Awaitable[object]]) -> Era:
        """The era of the connection that a request of ``owner`` uses.

        A client session shakes hands with a server that speaks both eras: it is a session there as if it were
        connected directly.

        Args:
            owner: who asks.
            peer: the server, as the gateway itself reaches it.
            shake_hands: opens that connection.

        Raises:
            UpstreamError: the server could not be reached.
        """
        if (known := self.known_for(owner, peer)) is not None:
            return known
        config = self._known.config
        if config.spec_version != "auto" or config.isolation == "shared":
            self._also_handshake = False
            return peer.era
        try:
            self._also_handshake = True
            await shake_hands()
        except (RpcError, NotMcpError):
            self._is_refused(owner)
            return peer.era
        except UpstreamError as error:
            # A process that does not know the handshake may end because of it, or stay silent.
            if not config.is_stdio or isinstance(error, BusyError):
                raise
            self._is_refused(owner)
            return peer.era
        self._also_handshake = self._has_shaken_hands = True
        return "handshake"

    def _is_refused(self, owner: Owner) -> None:
        """A server that shakes hands with nobody is not asked again; where it does, the others keep their sessions."""
        if self._has_shaken_hands:
            self._refused.add(owner.session)
        else:
            self._also_handshake = False

    def forget(self, session: str) -> None:
        """A client session has ended."""
        self._refused.discard(session)
