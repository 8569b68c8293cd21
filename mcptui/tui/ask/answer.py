"""What the person answered to a question of a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mcptui.model.runtime import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Answer:
    """A result or a JSON-RPC error, as ``GatewayPort.answer`` takes them."""

    result: Json = None
    error: Json = None


#: For elicitation.
DECLINED: Final = Answer({"action": "decline"})
CANCELLED: Final = Answer({"action": "cancel"})
#: For sampling and roots, as the protocol's documentation shows it.
REJECTED: Final = Answer(error={"code": -1, "message": "The user rejected the request"})


def accepted(content: Json = None) -> Answer:
    """The answer to an elicitation; one by URL has no content."""
    return Answer({"action": "accept"} if content is None else {"action": "accept", "content": content})


def unknown(method: str) -> Answer:
    """A question that we do not know."""
    return Answer(error={"code": -32601, "message": f"Method not found: {method}"})


def sampled(text: str) -> Answer:
    """A model's message that a person wrote."""
    return Answer(
        {
            "role": "assistant",
            "content": {"type": "text", "text": text},
            "model": "a person",
            "stopReason": "endTurn",
        }
    )


def roots(uris: list[str]) -> Answer:
    """Directories that the server may work in."""
    entries: list[JsonObject] = [{"uri": uri} for uri in uris]
    return Answer({"roots": entries})
