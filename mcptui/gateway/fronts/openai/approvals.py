"""Approval requests that the gateway has made: each belongs to one principal and is answered once."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mcptui.gateway.principal import Principal
from mcptui.llm.errors import bad_request
from mcptui.llm.tools import Approved

#: How long questions are remembered, seconds; as long as the responses that hold them.
LIFETIME: Final = 3600.0
_MOST: Final = 20_000


@dataclass(slots=True)
class _Question:
    principal: str
    at: float
    #: A digest: arguments may be long, and there are many questions.
    arguments: bytes | None
    is_used: bool = False


class Approvals:
    """Remembers questions for an hour."""

    def __init__(self) -> None:
        self._questions: OrderedDict[str, _Question] = OrderedDict()

    def asked(self, id_: str, principal: Principal, arguments: str) -> None:
        """Remember a question."""
        self._forget()
        self._questions[id_] = _Question(principal.id, time.monotonic(), _digest(arguments))

    def use(self, approved: Iterable[Approved], principal: Principal) -> None:
        """Take the answers to questions, each once: a call that was approved does not happen twice.

        Raises:
            LlmError: a question is another principal's, was answered before, or was about other arguments.
        """
        approved = list(approved)
        for answer in approved:
            question = self._questions.get(answer.approval_id)
            if question is None:  # asked before a restart; the client has kept it
                continue
            if question.principal != principal.id:
                raise bad_request(f"there is no open approval request {answer.approval_id}", "input")
            if question.is_used:
                raise bad_request(f"the approval request {answer.approval_id} has been answered before", "input")
            if question.arguments is not None and question.arguments != _digest(answer.call.get("arguments")):
                raise bad_request(f"the approval request {answer.approval_id} had other arguments", "input")
        now = time.monotonic()
        for answer in approved:
            self._questions[answer.approval_id] = _Question(principal.id, now, None, is_used=True)

    def _forget(self) -> None:
        oldest = time.monotonic() - LIFETIME
        while self._questions and (len(self._questions) >= _MOST or next(iter(self._questions.values())).at < oldest):
            self._questions.popitem(last=False)


def _digest(arguments: object) -> bytes:
    return hashlib.sha256(str(arguments).encode("utf-8", "surrogatepass")).digest()
