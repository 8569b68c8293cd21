"""JSON-RPC and MCP errors as they go over the wire."""

from __future__ import annotations

from typing import Any, Final

from mcptui.model.runtime import Outcome

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
#: Handshake era only; the stateless era uses INVALID_PARAMS with ``data.uri``.
RESOURCE_NOT_FOUND: Final = -32002
URL_ELICITATION_REQUIRED: Final = -32042
HEADER_MISMATCH: Final = -32020
MISSING_CAPABILITY: Final = -32021
UNSUPPORTED_VERSION: Final = -32022
#: Ours, outside the range that JSON-RPC and MCP reserve: an upstream did not do its part.
UPSTREAM_UNAVAILABLE: Final = -31001
UPSTREAM_TIMEOUT: Final = -31002
#: Ours too: as many calls of the key as may be are under way.
TOO_MANY_CALLS: Final = -31003

#: HTTP status of a stateless answer by error code (2026-07-28 basic/transports/streamable-http).
HTTP_STATUS: Final = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    INVALID_PARAMS: 400,
    METHOD_NOT_FOUND: 404,
    HEADER_MISMATCH: 400,
    MISSING_CAPABILITY: 400,
    UNSUPPORTED_VERSION: 400,
    TOO_MANY_CALLS: 429,
}


class RpcError(Exception):
    """An error answer to one JSON-RPC request.

    Args:
        code: as it goes over the wire.
        message: in words that a client may see.
        data: the member of that name, if there is something to say.
        outcome: as what the call is recorded: why it failed is known where the error arises, not from its words.
    """

    def __init__(self, code: int, message: str, data: Any = None, *, outcome: Outcome = "error") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data
        self.outcome: Outcome = outcome
        #: What is recorded in the place of the message: more than a client should know.
        self.details: str | None = None
        #: Further members of an error that came from outside; they are passed on with it.
        self.more: dict[str, Any] = {}

    @classmethod
    def from_wire(cls, error: Any) -> RpcError:
        """The error object of an answer; tolerant, since it comes from outside."""
        if not isinstance(error, dict):
            return cls(INTERNAL_ERROR, "malformed error object")
        code, message = error.get("code"), error.get("message")
        found = cls(
            code if isinstance(code, int) else INTERNAL_ERROR,
            message if isinstance(message, str) else "error without a message",
            error.get("data"),
        )
        found.more = {name: value for name, value in error.items() if name not in ("code", "message")}
        return found

    def translated(self, code: int, data: Any) -> RpcError:
        """The same failure in the code of another era."""
        return RpcError(code, self.message, data, outcome=self.outcome)

    def to_wire(self) -> dict[str, Any]:
        """The ``error`` member of a response."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, **self.more}
        if self.data is not None:
            error["data"] = self.data
        return error


def unknown_tool(name: str) -> RpcError:
    """A tool that does not exist or may not be used; both look alike on purpose."""
    return RpcError(INVALID_PARAMS, f"Unknown tool: {name}", outcome="denied")


def unknown_prompt(name: str) -> RpcError:
    """A prompt that does not exist or may not be used."""
    return RpcError(INVALID_PARAMS, f"Unknown prompt: {name}", outcome="denied")


def unknown_resource(uri: str) -> RpcError:
    """A resource that nobody owns or that may not be read; the fronts choose the code of their era."""
    return RpcError(RESOURCE_NOT_FOUND, f"Resource not found: {uri}", {"uri": uri}, outcome="denied")


def unknown_task() -> RpcError:
    """A task that does not exist, is another principal's, or may not be used any more."""
    return RpcError(INVALID_PARAMS, "Unknown task", outcome="denied")


def method_not_found(method: str) -> RpcError:
    """No such method at this revision."""
    return RpcError(METHOD_NOT_FOUND, f"Method not found: {method}")


def invalid_params(message: str) -> RpcError:
    """Malformed params."""
    return RpcError(INVALID_PARAMS, message)
