from __future__ import annotations

import socket
import ssl

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.principal import OPERATOR, KeyPrincipal, Principal
from mcptui.gateway.relay.failures import access_ended, unavailable, unknown
from mcptui.protocol.errors import RpcError
from mcptui.secrets.errors import SecretError
from mcptui.secrets.known import SECRET_MARK, KnownSecrets
from mcptui.upstream.errors import (
    BusyError,
    ExitedError,
    MessageTooLargeError,
    NotMcpError,
    NotReadError,
    UpstreamError,
    UpstreamLoginError,
    UpstreamTimeoutError,
    from_wire_error,
)
from mcptui.upstream.refusal import refused
from mcptui.upstream.wire.errors import ConnectError, TlsError, WireError
from tests.support.exchanges import exchange

CLIENT = KeyPrincipal("k", credential="sha256:0")
SECRET = "canary-value"
WHERE = "http://10.0.0.5:8443/mcp"


def told_of(error: McptuiError, principal: Principal = CLIENT) -> RpcError:
    known = KnownSecrets()
    known.add("${secret:a}", SECRET)
    return unavailable("s", error, exchange(principal=principal), known)


def connect_error(cause: BaseException, kind: type[ConnectError] = ConnectError) -> UpstreamError:
    error = kind("it failed")
    error.__cause__ = cause
    return from_wire_error(error, WHERE)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (connect_error(ConnectionRefusedError(111, "refused")), "cannot be reached (connection refused)"),
        (connect_error(socket.gaierror(-2, "unknown")), "cannot be reached (its name cannot be resolved)"),
        (connect_error(TimeoutError()), "cannot be reached (no connection in time)"),
        (connect_error(OSError(101, "no route")), "cannot be reached (no connection)"),
        (connect_error(ssl.SSLError("x"), TlsError), "cannot be reached (no secure connection)"),
        (from_wire_error(WireError("it broke"), WHERE), "broke the connection off"),
        (MessageTooLargeError.bytes(WHERE, 1_000), "answered with more than 1,000 bytes"),
        (MessageTooLargeError.values(WHERE, 1_000), "answered with more than 1,000 JSON values"),
        (refused(WHERE, 500, f"disk full {SECRET}"), 'answered with the status 500; it says "disk full'),
        (refused(WHERE, 429, "slow down"), 'answered with the status 429; it says "slow down"'),
        (UpstreamError(f"{WHERE} answered 500: {SECRET}", hint="mcptui server edit s"), "does not do its part now"),
        (UpstreamTimeoutError(f"{WHERE} did not answer"), "did not answer in time"),
        (ExitedError(f"the server exited with code 1: {SECRET}"), "has ended by itself"),
        (NotMcpError(f"{WHERE} answered with a page"), "does not answer as an MCP server does"),
        (BusyError("it is busy: 5 requests"), "is busy: too many concurrent requests; try again later"),
        (UpstreamLoginError("not logged in", hint="mcptui server login s"), "needs a login, or does not take"),
        (NotReadError.because(ExitedError("the command /x has ended")), "has ended by itself"),
        (SecretError("${secret:server/s/auth} is not set", hint="mcptui secret set"), "is not set up completely"),
    ],
)
def test_a_client_is_told_what_failed_and_not_where(error: McptuiError, message: str) -> None:
    """What it is told names no URL, command, setting or secret; record and operator have it, without secrets."""
    told = told_of(error)
    wire = str(told.to_wire())
    assert told.message.startswith(f"Server s {message}")
    for part in ("10.0.0.5", "8443", "mcptui", "canary", "${", "/x"):
        assert part not in wire
    assert "hint" not in told.data
    for principal in (OPERATOR, KeyPrincipal("k")):
        shown = told_of(error, principal)
        assert shown.message == told.details == f"Server s failed: {error.message}".replace(SECRET, SECRET_MARK)
        assert shown.data.get("hint") == error.hint
    assert told.outcome == "unreachable"


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (UpstreamError("it is down"), -31001, True),
        (UpstreamError("it is down", ran=True), -31001, False),
        (UpstreamTimeoutError("it is down", hint="Wait."), -31002, True),
        (McptuiError("it is down"), -31001, True),
    ],
)
def test_a_server_that_did_not_do_its_part(error: McptuiError, code: int, retryable: bool) -> None:
    told = told_of(error).to_wire()
    assert (told["code"], told["data"]) == (code, {"server": "s", "retryable": retryable})


def test_what_was_wrong_with_the_request_itself_is_told() -> None:
    told = told_of(UpstreamLoginError("the header x cannot be chosen", hint="Leave it out.", is_public=True))
    assert told.message == "Server s failed: the header x cannot be chosen"
    assert told.data["hint"] == "Leave it out."


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
    assert "access to this ended" in told.message
