from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.relay.era_bridge.ask_rounds import AskRounds
from mcptui.gateway.relay.era_bridge.bridge import EraBridge
from mcptui.gateway.relay.era_bridge.choice import Crossing, is_suspending, rules_across, rules_within
from mcptui.gateway.relay.era_bridge.messages import FromServer, Question, ToClient
from mcptui.gateway.relay.era_bridge.stateless_clients import SealedState, WithoutEnvelope
from mcptui.protocol.versions import Era
from tests.support.playbook import Playbook, ReadableSeals, asks, failure


def crossing(client: Era, **more: Any) -> Crossing:
    facts: dict[str, Any] = {"name": "up", "method": "tools/call", "capabilities": {"roots": {}}, "can_ask": True}
    return Crossing(client, **facts | more)


@pytest.mark.parametrize(("client", "rules"), [("handshake", AskRounds), ("stateless", WithoutEnvelope)])
def test_which_rules_a_call_crosses_by(client: Era, rules: type[EraBridge]) -> None:
    assert type(rules_across(crossing(client))) is rules


@pytest.mark.parametrize(("era", "rules"), [("handshake", EraBridge), ("stateless", SealedState)])
def test_which_rules_a_call_has_that_does_not_cross(era: Era, rules: type[EraBridge]) -> None:
    assert type(rules_within(era, ReadableSeals())) is rules


@pytest.mark.parametrize(
    ("client", "more", "suspends"),
    [
        ("stateless", {}, True),
        ("stateless", {"method": "prompts/get"}, True),
        ("stateless", {"method": "resources/read"}, True),
        # Only these three may be answered with a question (basic/patterns/mrtr).
        ("stateless", {"method": "completion/complete"}, False),
        ("stateless", {"capabilities": {}}, False),
        ("handshake", {}, False),
    ],
)
def test_which_calls_may_be_suspended(client: Era, more: dict[str, Any], suspends: bool) -> None:
    assert is_suspending(crossing(client, **more)) is suspends


def test_the_rules_know_the_server_and_whether_the_client_can_be_asked() -> None:
    asked = FromServer(asks({"k": ("roots/list", {})}))
    askable = rules_across(crossing("handshake"))
    assert Playbook(askable) >> asked << ToClient(Question("k", "roots/list", {}))
    silent = rules_across(crossing("handshake", can_ask=False))
    refused = failure(-32603, "server up asks, but this client cannot be asked")
    assert Playbook(silent) >> asked << ToClient(refused)
