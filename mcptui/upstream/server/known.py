"""What is known of one server: its description, and what it has said about itself."""

from __future__ import annotations

from collections import deque
from typing import Final

from mcptui.model import Server
from mcptui.upstream.call import Peer
from mcptui.upstream.negotiation import Negotiated
from mcptui.upstream.process import ServerProcess
from mcptui.upstream.remarks import Remarks

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
        self.negotiated = Negotiated(remarks=Remarks(config.name))
        #: Its newest process, and before that the one before; they may have ended.
        self._processes: deque[ServerProcess] = deque(maxlen=2)

    @property
    def is_on_demand(self) -> bool:
        """Whether its process runs only while somebody uses it."""
        return self.config.is_stdio and self.config.start == "on-demand"

    def restored(self, peer: Peer) -> None:
        """It is what it was for an earlier process; how it was spoken to then need not be found out by a start."""
        self.peer, self.is_restored = peer, True
        if self.config.is_stdio:
            self.negotiated.transport, self.negotiated.era = "stdio", peer.era

    def started(self, process: ServerProcess) -> None:
        """A process of the server runs."""
        self._processes.append(process)

    @property
    def last_line(self) -> str | None:
        """What its newest process printed last."""
        printed = self._processes[-1].printed if self._processes else ()
        return printed[-1] if printed else None

    @property
    def unreadable(self) -> int:
        """How many lines of its newest process's standard output were no messages."""
        return self._processes[-1].unreadable if self._processes else 0

    @property
    def printed(self) -> tuple[str, ...]:
        """The newest lines of its processes that are no messages: of the newest one that has printed any."""
        return next((tuple(process.printed) for process in reversed(self._processes) if process.printed), ())

    @property
    def patience(self) -> float:
        """How long what the gateway asks for itself is waited for, seconds."""
        return min(self.config.timeout, _PATIENCE)
