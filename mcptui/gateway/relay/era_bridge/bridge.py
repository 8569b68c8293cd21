"""What every way across the era bridge has in common: events in, commands out, no I/O."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from mcptui.gateway.relay.era_bridge.messages import (
    Commands,
    Event,
    Failure,
    FromClient,
    FromServer,
    Message,
    ToClient,
    ToServer,
)
from mcptui.protocol.errors import RpcError


class Seals(Protocol):
    """Seals states for the client of one request; it can neither read nor forge them, nor use them elsewhere."""

    def seal(self, value: str) -> str:
        """What the client carries in place of ``value``."""

    def open(self, sealed: Any) -> Any:
        """The value again.

        Raises:
            RpcError: it was not sealed for this request, or long ago.
        """


class EraBridge:
    """Both sides speak the same era, or nobody can be asked: every message goes on as it is."""

    __slots__ = ()

    #: Whether a question that the server asks in a message of its own may go to the client.
    questions_pass: ClassVar[bool] = True

    def receive(self, event: Event) -> Commands:
        """What is to be done because of ``event``."""
        try:
            if isinstance(event, FromClient):
                return self.from_client(event.message)
            if isinstance(event, FromServer):
                return self.from_server(event.message)
            return self.pause()
        except RpcError as error:
            return (ToClient(Failure(error)),)

    def from_client(self, message: Message) -> Commands:
        """What becomes of a message from the client.

        Raises:
            RpcError: the call ends with this.
        """
        return (ToServer(message),)

    def from_server(self, message: Message) -> Commands:
        """What becomes of a message from the server.

        Raises:
            RpcError: the call ends with this.
        """
        return (ToClient(message),)

    def pause(self) -> Commands:
        """What is to be done when the server pauses."""
        return ()
