"""Which rules a call crosses the era bridge by.

Four ways lead from a client to a server:

====================  =================================  ==================================================
client ＼ server       stateless (2026-07-28)             handshake (≤ 2025-11-25)
====================  =================================  ==================================================
stateless             :class:`SealedState`               :class:`SuspendedQuestions`, where it can be asked;
                                                         else :class:`WithoutEnvelope`
handshake             :class:`AskRounds`                 :class:`EraBridge`
====================  =================================  ==================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mcptui.gateway.relay.era_bridge.ask_rounds import AskRounds
from mcptui.gateway.relay.era_bridge.bridge import EraBridge, Seals
from mcptui.gateway.relay.era_bridge.stateless_clients import SealedState, WithoutEnvelope
from mcptui.protocol.stateless import MAY_ASK
from mcptui.protocol.versions import Era


class Sides(NamedTuple):
    """Who is on the two sides of a call."""

    client: Era
    server: Era
    #: The server's name, for people.
    name: str
    method: str
    #: What the client said it can be asked for.
    capabilities: Mapping[str, Any]
    #: Whether a question can be sent to it while its call is under way.
    can_ask: bool


def is_suspending(sides: Sides) -> bool:
    """Whether a call may be suspended while its client answers: its rules are :class:`SuspendedQuestions`."""
    crosses = sides.client == "stateless" and sides.server == "handshake"
    return crosses and sides.method in MAY_ASK and bool(sides.capabilities)


def rules_for(sides: Sides, seals: Seals) -> EraBridge:
    """The rules of a call that is never suspended."""
    if sides.client == sides.server:
        return SealedState(seals) if sides.client == "stateless" else EraBridge()
    return WithoutEnvelope() if sides.client == "stateless" else AskRounds(sides.name, can_ask=sides.can_ask)
