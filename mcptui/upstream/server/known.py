"""What is known of one server: its description, and what it has said about itself."""

from __future__ import annotations

from typing import Final

from mcptui.model import Server
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import Negotiated

#: What the gateway asks a server for itself is waited for no longer than this, seconds.
_PATIENCE: Final = 30.0


class Known:
    """Shared by all that deals with the server.

    Args:
        config: its description; a change that does not concern connections takes its place.
    """

    def __init__(self, config: Server) -> None:
        self.config = config
        #: As of the newest connection.
        self.peer: Peer | None = None
        #: The peer is that of an earlier process; nobody has asked the server yet.
        self.is_restored = False
        self.negotiated = Negotiated()
        #: The end of what its newest process wrote there.
        self.stderr: tuple[str, ...] = ()

    @property
    def patience(self) -> float:
        """How long what the gateway asks for itself is waited for, seconds."""
        return min(self.config.timeout, _PATIENCE)
