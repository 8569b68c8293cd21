"""How many tokens of a model a text is, roughly: models count differently, and none counts in public."""

from __future__ import annotations

from typing import Any, Final

from mcptui.protocol import jsonrpc

#: Bytes of UTF-8 a token, as text and JSON come out with the tokenizers in use; good to a quarter or so.
BYTES_PER_TOKEN: Final = 4


def estimate(size: int) -> int:
    """Tokens of a text of ``size`` bytes."""
    return -(-size // BYTES_PER_TOKEN)


def tool_tokens(tool: dict[str, Any]) -> int:
    """What ``tool`` costs a model that it is offered to: name, description and input schema, in every request."""
    offered = {
        "name": tool.get("name"),
        "description": tool.get("description") or "",
        "parameters": tool.get("inputSchema") or {},
    }
    return estimate(len(jsonrpc.encode(offered)))
