"""The validation ladder of one stateless request (2026-07-28), and what its results must carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mcptui.protocol import headers as h
from mcptui.protocol.errors import HEADER_MISMATCH, INVALID_PARAMS, UNSUPPORTED_VERSION, RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.versions import HANDSHAKE_VERSIONS, STATELESS_VERSIONS

META_PREFIX: Final = "io.modelcontextprotocol/"
META_VERSION: Final = META_PREFIX + "protocolVersion"
META_CAPABILITIES: Final = META_PREFIX + "clientCapabilities"
META_CLIENT_INFO: Final = META_PREFIX + "clientInfo"
META_SERVER_INFO: Final = META_PREFIX + "serverInfo"
META_LOG_LEVEL: Final = META_PREFIX + "logLevel"
META_SUBSCRIPTION: Final = META_PREFIX + "subscriptionId"

#: The request that stays open and is answered with notifications.
LISTEN: Final = "subscriptions/listen"

#: Methods whose complete result needs ``ttlMs`` and ``cacheScope`` (server/utilities/caching).
CACHEABLE: Final = frozenset(
    {
        "server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list",
        "resources/read",
    }
)  # fmt: skip

#: Methods that exist only in the handshake era: 404 here.
HANDSHAKE_ONLY: Final = frozenset(
    {"initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"}
)

_HANDSHAKE: Final = frozenset(HANDSHAKE_VERSIONS)

#: The only methods that may answer ``input_required`` (basic/patterns/mrtr).
MAY_ASK: Final = frozenset({"tools/call", "prompts/get", "resources/read"})


class Envelope(NamedTuple):
    """What a stateless request says about its client."""

    version: str
    capabilities: dict[str, Any]
    client_info: dict[str, Any] | None
    log_level: str | None


def is_stateless(message: Any, headers: Mapping[str, list[str]]) -> bool:
    """Whether a POSTed message belongs to the stateless era: by its body, else by its version header."""
    params = message.get("params") if isinstance(message, dict) else None
    meta = params.get("_meta") if isinstance(params, dict) else None
    if isinstance(meta, dict) and META_VERSION in meta:
        return True
    version = headers.get(h.PROTOCOL_VERSION)
    return version is not None and _HANDSHAKE.isdisjoint(version)


def check_request(message: Message, headers: Mapping[str, list[str]]) -> Envelope:
    """Run the ladder: envelope keys, header against body, version.

    Raises:
        RpcError: the first rung that fails.
    """
    version_header = _only(h.PROTOCOL_VERSION, headers)
    method_header = _only(h.METHOD, headers)
    name_header = _only(h.NAME, headers)
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    if not isinstance(params, dict) or not isinstance(meta, dict):
        raise RpcError(INVALID_PARAMS, f"params._meta must carry {META_VERSION} and {META_CAPABILITIES}")
    if META_VERSION not in meta or META_CAPABILITIES not in meta:
        missing = [key for key in (META_VERSION, META_CAPABILITIES) if key not in meta]
        raise RpcError(INVALID_PARAMS, f"params._meta lacks {', '.join(missing)}")
    version, capabilities = meta[META_VERSION], meta[META_CAPABILITIES]
    method = message["method"]
    if version_header is None or version_header != version:
        raise RpcError(HEADER_MISMATCH, "MCP-Protocol-Version header does not match the body's protocol version")
    if method_header != method:
        raise RpcError(HEADER_MISMATCH, "Mcp-Method header does not match the body's method")
    member = h.NAMED_BY.get(method)
    name = params.get(member) if member is not None else None
    if name is not None and (name_header is None or h.decode_value(name_header) != name):
        raise RpcError(HEADER_MISMATCH, f"Mcp-Name header does not match the body's {member!r}")
    if version not in STATELESS_VERSIONS:
        raise unsupported_version(version)
    if not isinstance(capabilities, dict):
        raise RpcError(INVALID_PARAMS, f"{META_CAPABILITIES} must be an object")
    info, level = meta.get(META_CLIENT_INFO), meta.get(META_LOG_LEVEL)
    if level is not None and level not in LOG_LEVELS:
        raise RpcError(INVALID_PARAMS, f"{META_LOG_LEVEL} must be one of {', '.join(LOG_LEVELS)}")
    return Envelope(version, capabilities, info if isinstance(info, dict) else None, level)


def _only(name: str, headers: Mapping[str, list[str]]) -> str | None:
    """The value of a header that may stand there once."""
    values = headers.get(name)
    if values is None:
        return None
    if len(values) > 1:
        raise RpcError(HEADER_MISMATCH, f"{name} header appears more than once")
    return values[0]


def without_envelope(params: dict[str, Any]) -> dict[str, Any]:
    """The params for a handshake server, which takes the stateless envelope for a mistake."""
    meta = params.get("_meta")
    if not isinstance(meta, dict):
        return params
    kept = {key: value for key, value in meta.items() if not key.startswith(META_PREFIX)}
    rest = {key: value for key, value in params.items() if key != "_meta"}
    return {**rest, "_meta": kept} if kept else rest


def without_subscription(params: dict[str, Any]) -> dict[str, Any]:
    """The params of a notification without the id of the subscription that it came by.

    That id is of one leg (basic/patterns/subscriptions): what goes on to a client has the client's own, or none.
    """
    meta = params.get("_meta")
    if not isinstance(meta, dict) or META_SUBSCRIPTION not in meta:
        return params
    kept = {key: value for key, value in meta.items() if key != META_SUBSCRIPTION}
    rest = {key: value for key, value in params.items() if key != "_meta"}
    return {**rest, "_meta": kept} if kept else rest


def unsupported_version(requested: str) -> RpcError:
    """The answer to a version that nobody here speaks."""
    data = {"supported": list(STATELESS_VERSIONS), "requested": requested}
    return RpcError(UNSUPPORTED_VERSION, "Unsupported protocol version", data)


#: RFC 5424 levels, quiet to loud.
LOG_LEVELS: Final = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")


def level_reached(level: object, wanted: str | None) -> bool:
    """Whether a log message of ``level`` goes to a client that asked for ``wanted`` (None: asked for none)."""
    if wanted is None or level not in LOG_LEVELS:
        return False
    return LOG_LEVELS.index(str(level)) >= LOG_LEVELS.index(wanted)


def is_told(method: str, params: dict[str, Any], level: str | None) -> bool:
    """Whether a client that asked for ``level`` is told of a notification: of everything but lesser log lines."""
    return method != "notifications/message" or level_reached(params.get("level"), level)
