"""What a server, key, team, user, org, group or model may be called."""

from __future__ import annotations

import re
from typing import Any, Final

SERVER_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
#: RFC 9110, 5.6.2: token.
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
SUBJECT_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")

# First path segments of the gateway: a server of that name could not be reached as /{server}/mcp.
RESERVED_SERVER_NAMES: Final = frozenset(
    {
        "mcp", "v1", "sse", "messages", "health", "metrics", "responses", "chat", "models",
        "register", "authorize", "token",
    }
)  # fmt: skip


def server_name_problem(name: str) -> str | None:
    """Why ``name`` cannot be a server's name, or None."""
    if not SERVER_NAME.fullmatch(name):
        return "must be 1 to 32 of a-z, 0-9, _ and -, and start with a letter or digit"
    if name in RESERVED_SERVER_NAMES:
        return "is a path of the gateway; choose another name"
    return None


def name_in_headers(name: str) -> str:
    """What names the server ``name`` in a header's name: ``-`` and ``_`` are alike, as programs on the way have it."""
    return name.replace("_", "-")


def subject_name_problem(name: str) -> str | None:
    """Why ``name`` cannot be the name of a key, user, team, org, group or model, or None."""
    if not SUBJECT_NAME.fullmatch(name):
        return "must be 1 to 64 of letters, digits, . _ @ and -, and start with a letter or digit"
    return None


def affix(shortest: int, longest: int) -> dict[str, Any]:
    """What a setting says that becomes a part of tool names: clients and models allow few characters there."""
    return {
        "pattern": re.compile(f"[A-Za-z0-9_.-]{{{shortest},{longest}}}"),
        "wanted": f"{shortest} to {longest} of letters, digits, _ . and -",
    }


def header_names() -> dict[str, Any]:
    """What a setting says that lists or maps names of headers."""
    return {"pattern": HEADER_NAME, "wanted": "the name of a header"}
