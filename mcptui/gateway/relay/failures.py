"""How a client is told that a request did not get through."""

from __future__ import annotations

from typing import Any

from mcptui.errors import McptuiError
from mcptui.gateway.exchange import Exchange
from mcptui.protocol.errors import (
    INVALID_PARAMS,
    UPSTREAM_TIMEOUT,
    UPSTREAM_UNAVAILABLE,
    RpcError,
    unknown_prompt,
    unknown_resource,
    unknown_tool,
)
from mcptui.upstream.errors import UpstreamError, UpstreamTimeoutError


def unavailable(name: str, error: McptuiError) -> RpcError:
    """An upstream that did not do its part, as the client is told."""
    timed_out = isinstance(error, UpstreamTimeoutError)
    retryable = not (isinstance(error, UpstreamError) and error.ran)
    data: dict[str, Any] = {"server": name, "retryable": retryable}
    if error.hint:
        data["hint"] = error.hint
    code = UPSTREAM_TIMEOUT if timed_out else UPSTREAM_UNAVAILABLE
    return RpcError(code, f"Server {name} failed: {error.message}", data, outcome="unreachable")


def access_ended() -> RpcError:
    """The answer where access was lost while the server worked: the client knew that it may use this."""
    message = "Your access to this has ended while the request was under way; it was cancelled."
    return RpcError(INVALID_PARAMS, message, outcome="denied")


def unknown(exchange: Exchange) -> RpcError:
    """What a name that does not exist gets; the answer where access was lost before the server was asked."""
    match exchange.feature:
        case "prompt":
            return unknown_prompt(str(exchange.params.get("name", "")))
        case "resource":
            return unknown_resource(str(exchange.params.get("uri", "")))
        case _:
            return unknown_tool(str(exchange.params.get("name", "")))
