"""What a server may ask a client (sampling, elicitation, roots), and what changes of it between the eras."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from mcptui.protocol.errors import INVALID_PARAMS, RpcError, method_not_found

ELICIT: Final = "elicitation/create"
#: Question → the capability that a client must have declared to be asked.
_NEEDS: Final = {"sampling/createMessage": "sampling", ELICIT: "elicitation", "roots/list": "roots"}


def refusal(method: str, params: Mapping[str, Any], capabilities: Mapping[str, Any]) -> RpcError | None:
    """Why a client with ``capabilities`` cannot be asked, or None.

    An elicitation capability without modes means forms (2025-11-25 client/elicitation §Capabilities).
    """
    needed = _NEEDS.get(method)
    declared = None if needed is None else capabilities.get(needed)
    if declared is None:
        return method_not_found(method)
    if method == ELICIT:
        mode = params.get("mode", "form")
        modes = declared if isinstance(declared, dict) and declared else {"form": {}}
        if mode not in modes:
            return RpcError(INVALID_PARAMS, f"The client does not support elicitation by {mode}")
    return None


def can_open_urls(capabilities: Mapping[str, Any]) -> bool:
    """Whether the client can be asked to send its user to a URL."""
    return refusal(ELICIT, {"mode": "url"}, capabilities) is None


def to_handshake(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The params of a stateless server's question for a handshake client, which wants an id for a URL."""
    if method == ELICIT and params.get("mode") == "url" and "elicitationId" not in params:
        return {**params, "elicitationId": str(uuid.uuid4())}
    return params


def to_stateless(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The params of a handshake server's question for a stateless client; that id is gone in 2026-07-28."""
    if method == ELICIT and "elicitationId" in params:
        return {name: value for name, value in params.items() if name != "elicitationId"}
    return params


def url_questions(data: Any) -> dict[str, dict[str, Any]]:
    """The ``inputRequests`` that say the same as the data of a URL-elicitation-required error (-32042)."""
    elicitations = data.get("elicitations") if isinstance(data, dict) else None
    return {
        str(number): {"method": ELICIT, "params": to_stateless(ELICIT, entry)}
        for number, entry in enumerate(elicitations if isinstance(elicitations, list) else (), 1)
        if isinstance(entry, dict) and isinstance(entry.get("url"), str)
    }


def asks_for_input(result: Mapping[str, Any]) -> bool:
    """Whether a stateless server's result is a question (basic/patterns/mrtr)."""
    return result.get("resultType") == "input_required"


def input_required(questions: Mapping[str, Any], state: str) -> dict[str, Any]:
    """The result that asks a stateless client, which sends its request again with answers and ``state``."""
    return {"resultType": "input_required", "inputRequests": questions, "requestState": state}


def without_answers(params: Mapping[str, Any]) -> dict[str, Any]:
    """The params of the request itself, without what a retry adds."""
    return {name: value for name, value in params.items() if name not in ("requestState", "inputResponses")}
