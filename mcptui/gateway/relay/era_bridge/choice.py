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


class Crossing(NamedTuple):
    """A call from one era to the other."""

    client: Era
    #: The server's name, for people.
    name: str
    method: str
    #: What the client said it can be asked for.
    capabilities: Mapping[str, Any]
    #: Whether a question can be sent to it while its call is under way.
    can_ask: bool


def is_suspending(crossing: Crossing) -> bool:
    """Whether a call may be suspended while its client answers: its rules are :class:`SuspendedQuestions`."""
    return crossing.client == "stateless" and crossing.method in MAY_ASK and bool(crossing.capabilities)


def rules_within(era: Era, seals: Seals) -> EraBridge:
    """The rules of a call whose client and server are of the same era."""
    return SealedState(seals) if era == "stateless" else EraBridge()


def rules_across(crossing: Crossing) -> EraBridge:
    """The rules of a call from one era to the other that is never suspended."""
    return WithoutEnvelope() if crossing.client == "stateless" else AskRounds(crossing.name, can_ask=crossing.can_ask)
