from __future__ import annotations

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.relay.failures import access_ended, unavailable, unknown
from mcptui.upstream.errors import UpstreamError, UpstreamTimeoutError
from tests.support.exchanges import exchange


@pytest.mark.parametrize(
    ("error", "code", "data"),
    [
        (UpstreamError("it is down"), -31001, {"server": "s", "retryable": True}),
        (UpstreamError("it is down", ran=True), -31001, {"server": "s", "retryable": False}),
        (UpstreamTimeoutError("it is down", hint="Wait."), -31002, {"server": "s", "retryable": True, "hint": "Wait."}),
        (McptuiError("it is down"), -31001, {"server": "s", "retryable": True}),
    ],
)
def test_a_server_that_did_not_do_its_part(error: McptuiError, code: int, data: dict[str, object]) -> None:
    told = unavailable("s", error)
    assert told.to_wire() == {"code": code, "message": "Server s failed: it is down", "data": data}
    assert told.outcome == "unreachable"


@pytest.mark.parametrize(
    ("feature", "params", "message"),
    [
        ("tool", {"name": "t"}, "Unknown tool: t"),
        (None, {"name": "t"}, "Unknown tool: t"),
        ("prompt", {"name": "p"}, "Unknown prompt: p"),
        ("resource", {"uri": "a://b"}, "Resource not found: a://b"),
        ("tool", {}, "Unknown tool: "),
    ],
)
def test_what_access_was_lost_to_does_not_exist(feature: str | None, params: dict[str, str], message: str) -> None:
    lost = unknown(exchange(feature=feature, params=params))
    assert (lost.message, lost.outcome) == (message, "denied")


def test_what_access_was_lost_to_while_it_worked_is_not_denied() -> None:
    told = access_ended()
    assert told.outcome == "denied"
    assert "has ended" in told.message
