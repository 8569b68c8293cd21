from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.relay.era_bridge.ask_rounds import AskRounds
from mcptui.gateway.relay.era_bridge.bridge import EraBridge
from mcptui.gateway.relay.era_bridge.choice import Sides, is_suspending, rules_for
from mcptui.gateway.relay.era_bridge.messages import FromServer, Question, ToClient
from mcptui.gateway.relay.era_bridge.stateless_clients import SealedState, WithoutEnvelope
from mcptui.protocol.versions import Era
from tests.support.playbook import Playbook, ReadableSeals, asks, failure


def sides(client: Era, server: Era, **more: Any) -> Sides:
    facts: dict[str, Any] = {"name": "up", "method": "tools/call", "capabilities": {"roots": {}}, "can_ask": True}
    return Sides(client, server, **facts | more)


@pytest.mark.parametrize(
    ("client", "server", "rules"),
    [
        ("handshake", "handshake", EraBridge),
        ("handshake", "stateless", AskRounds),
        ("stateless", "stateless", SealedState),
        ("stateless", "handshake", WithoutEnvelope),
    ],
)
def test_which_rules_a_call_crosses_by(client: Era, server: Era, rules: type[EraBridge]) -> None:
    assert type(rules_for(sides(client, server), ReadableSeals())) is rules


@pytest.mark.parametrize(
    ("client", "server", "more", "suspends"),
    [
        ("stateless", "handshake", {}, True),
        ("stateless", "handshake", {"method": "prompts/get"}, True),
        ("stateless", "handshake", {"method": "resources/read"}, True),
        # Only these three may be answered with a question (basic/patterns/mrtr).
        ("stateless", "handshake", {"method": "completion/complete"}, False),
        ("stateless", "handshake", {"capabilities": {}}, False),
        ("stateless", "stateless", {}, False),
        ("handshake", "handshake", {}, False),
        ("handshake", "stateless", {}, False),
    ],
)
def test_which_calls_may_be_suspended(client: Era, server: Era, more: dict[str, Any], suspends: bool) -> None:
    assert is_suspending(sides(client, server, **more)) is suspends


def test_the_rules_know_the_server_and_whether_the_client_can_be_asked() -> None:
    asked = FromServer(asks({"k": ("roots/list", {})}))
    askable = rules_for(sides("handshake", "stateless"), ReadableSeals())
    assert Playbook(askable) >> asked << ToClient(Question("k", "roots/list", {}))
    silent = rules_for(sides("handshake", "stateless", can_ask=False), ReadableSeals())
    refused = failure(-32603, "server up asks, but this client cannot be asked")
    assert Playbook(silent) >> asked << ToClient(refused)
