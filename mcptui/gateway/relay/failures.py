"""How a client is told that a request did not get through."""

from __future__ import annotations

from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import is_of_this_machine
from mcptui.protocol.errors import (
    INVALID_PARAMS,
    UPSTREAM_TIMEOUT,
    UPSTREAM_UNAVAILABLE,
    RpcError,
    unknown_prompt,
    unknown_resource,
    unknown_tool,
)
from mcptui.secrets.known import KnownSecrets
from mcptui.upstream.errors import UpstreamError, UpstreamTimeoutError

#: A reference of the server leads nowhere.
_NOT_READY: Final = "is not set up completely"


def unavailable(name: str, error: McptuiError, exchange: Exchange, known: KnownSecrets) -> RpcError:
    """An upstream that did not do its part, as the client of ``exchange`` is told.

    A client learns what failed; where the server is, and what to do about it, is for whoever runs the gateway: it is
    recorded, and told to the app and the command line.
    """
    timed_out = isinstance(error, UpstreamTimeoutError)
    retryable = not (isinstance(error, UpstreamError) and error.ran)
    data: dict[str, Any] = {"server": name, "retryable": retryable}
    details = known.without(f"Server {name} failed: {error.message}")
    message, hint = f"Server {name} {_NOT_READY}", None
    if is_of_this_machine(exchange.principal) or (isinstance(error, UpstreamError) and error.is_public):
        message, hint = details, error.hint
    elif isinstance(error, UpstreamError):
        message = known.without(f"Server {name} {error.public}")
    if hint:
        data["hint"] = known.without(hint)
    code = UPSTREAM_TIMEOUT if timed_out else UPSTREAM_UNAVAILABLE
    failed = RpcError(code, message, data, outcome="unreachable")
    failed.details = details
    return failed


def access_ended() -> RpcError:
    """The answer where access was lost while the server worked: the client knew that it may use this."""
    message = "Your access to this ended during the request; it was cancelled."
    return RpcError(INVALID_PARAMS, message, outcome="denied")


def disconnected() -> RpcError:
    """The answer where the operator disconnected the client while the server worked."""
    message = "The operator of the gateway disconnected this client; the request was cancelled."
    return RpcError(UPSTREAM_UNAVAILABLE, message, {"retryable": False}, outcome="cancelled")


def unknown(exchange: Exchange) -> RpcError:
    """What a name that does not exist gets; the answer where access was lost before the server was asked."""
    match exchange.feature:
        case "prompt":
            return unknown_prompt(str(exchange.params.get("name", "")))
        case "resource":
            return unknown_resource(str(exchange.params.get("uri", "")))
        case _:
            return unknown_tool(str(exchange.params.get("name", "")))
