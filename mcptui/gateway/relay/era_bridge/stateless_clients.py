"""A stateless client that is not asked by the gateway: at a stateless server, and at a handshake server."""

from __future__ import annotations

from mcptui.gateway.relay.era_bridge.bridge import EraBridge, Seals
from mcptui.gateway.relay.era_bridge.messages import Commands, Message, Request, Result
from mcptui.protocol.questions import asks_for_input
from mcptui.protocol.stateless import without_envelope


class WithoutEnvelope(EraBridge):
    """A stateless client that cannot be asked, at a handshake server: which wants no envelope."""

    __slots__ = ()

    def from_client(self, message: Message) -> Commands:
        """As of :class:`EraBridge`."""
        if isinstance(message, Request):
            message = Request(without_envelope(message.params))
        return super().from_client(message)


class SealedState(EraBridge):
    """Stateless on both sides: only the state that the client carries is sealed."""

    __slots__ = ("_seals",)

    questions_pass = False

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def from_client(self, message: Message) -> Commands:
        """As of :class:`EraBridge`."""
        if isinstance(message, Request) and (sealed := message.params.get("requestState")) is not None:
            message = Request({**message.params, "requestState": self._seals.open(sealed)})
        return super().from_client(message)

    def from_server(self, message: Message) -> Commands:
        """As of :class:`EraBridge`."""
        if isinstance(message, Result) and asks_for_input(message.value):
            state = message.value.get("requestState")
            if isinstance(state, str):
                message = Result({**message.value, "requestState": self._seals.seal(state)})
        return super().from_server(message)
