"""What a result gains and loses between the eras (duties of a gateway, 2026-07-28 server/utilities/caching)."""

from __future__ import annotations

from typing import Any, Final

from mcptui.protocol.errors import (
    INVALID_PARAMS,
    MISSING_CAPABILITY,
    RESOURCE_NOT_FOUND,
    URL_ELICITATION_REQUIRED,
    RpcError,
)
from mcptui.protocol.questions import url_questions
from mcptui.protocol.stateless import CACHEABLE, META_SERVER_INFO, META_SUBSCRIPTION

#: How long a client may keep a list that the gateway would announce changes of, milliseconds.
LIST_TTL_MS: Final = 5_000

_STATELESS_ONLY: Final = frozenset({"resultType", "ttlMs", "cacheScope"})
#: Members of ``_meta`` in results; the second names a request of the gateway's own.
_STATELESS_META: Final = frozenset({META_SERVER_INFO, META_SUBSCRIPTION})


def to_stateless(method: str, result: dict[str, Any], server_info: dict[str, Any]) -> dict[str, Any]:
    """A complete result as the stateless era wants it; lists are private since they depend on the key."""
    value = dict(result)
    value.setdefault("resultType", "complete")
    if method in CACHEABLE and value["resultType"] == "complete":
        ttl = value.get("ttlMs")
        value["ttlMs"] = ttl if isinstance(ttl, int) and not isinstance(ttl, bool) and ttl >= 0 else 0
        value["cacheScope"] = "private"
    meta = value.get("_meta")
    told = {**meta, META_SERVER_INFO: server_info} if isinstance(meta, dict) else {META_SERVER_INFO: server_info}
    told.pop(META_SUBSCRIPTION, None)
    value["_meta"] = told
    return value


def to_handshake(result: dict[str, Any]) -> dict[str, Any]:
    """A result without the members that the handshake era does not know."""
    meta = result.get("_meta")
    foreign_meta = isinstance(meta, dict) and not _STATELESS_META.isdisjoint(meta)
    if not foreign_meta and _STATELESS_ONLY.isdisjoint(result):
        return result
    value = {key: item for key, item in result.items() if key not in _STATELESS_ONLY}
    if foreign_meta and isinstance(meta, dict):
        kept = {key: item for key, item in meta.items() if key not in _STATELESS_META}
        if kept:
            value["_meta"] = kept
        else:
            del value["_meta"]
    return value


def error_to_stateless(error: RpcError) -> RpcError:
    """Codes that the stateless era must not see, translated."""
    if error.code == RESOURCE_NOT_FOUND:
        return error.translated(INVALID_PARAMS, error.data)
    if error.code == URL_ELICITATION_REQUIRED:
        # It could have been asked for as an input, had the client declared that.
        return error.translated(MISSING_CAPABILITY, {"requiredCapabilities": {"elicitation": {"url": {}}}})
    return error


def login_as_text(error: RpcError) -> dict[str, Any]:
    """A URL-elicitation-required error as the result of a tool, for clients that do not know that error."""
    urls = [question["params"]["url"] for question in url_questions(error.data).values()]
    text = "\n".join((error.message, *urls))
    return {"content": [{"type": "text", "text": text}], "isError": True}


def error_to_handshake(method: str, error: RpcError) -> RpcError:
    """A missing resource has a code of its own in the handshake era."""
    if (
        method == "resources/read"
        and error.code == INVALID_PARAMS
        and isinstance(error.data, dict)
        and "uri" in error.data
    ):
        return error.translated(RESOURCE_NOT_FOUND, error.data)
    return error
