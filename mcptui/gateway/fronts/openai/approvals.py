"""Approval requests that the gateway has made: each belongs to one principal and is answered once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from mcptui.gateway.principal import Principal
from mcptui.llm.errors import bad_request
from mcptui.llm.tools import Approved
from mcptui.stores.approvals import ApprovalStore, Fault

_REFUSALS: Final[dict[Fault, str]] = {
    "foreign": "there is no open approval request {}",
    "answered": "the approval request {} has been answered before",
    "other arguments": "the approval request {} had other arguments",
}


async def asked(store: ApprovalStore, id_: str, principal: Principal, arguments: str) -> None:
    """Remember a request."""
    await store.ask(id_, principal.id, _digest(arguments))


async def use(store: ApprovalStore, approved: Iterable[Approved], principal: Principal) -> None:
    """Take the answers to requests, each once: a call that was approved does not happen twice.

    Raises:
        LlmError: a request is another principal's, was answered before, or was about other arguments.
    """
    answers = [(answer.approval_id, _digest(answer.call.get("arguments"))) for answer in approved]
    if answers and (wrong := await store.answer(answers, principal.id)) is not None:
        id_, fault = wrong
        raise bad_request(_REFUSALS[fault].format(id_), "input")


def _digest(arguments: object) -> str:
    return hashlib.sha256(str(arguments).encode("utf-8", "surrogatepass")).hexdigest()
