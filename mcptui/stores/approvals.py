"""Approval requests that the gateway has made: each belongs to one principal and is answered once."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from mcptui.stores.json_table import JsonTable

#: How long requests are remembered, seconds; as long as the responses that hold them.
LIFETIME: Final = 3600.0
_MOST: Final = 20_000

#: What can be wrong with an answer: the request is another principal's, has been answered, was about other arguments.
Fault = Literal["foreign", "answered", "other arguments"]


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval request.

    Args:
        arguments: a digest, since arguments may be long; None in one that was answered.
        at: when it was made or answered, in seconds since the epoch.
    """

    id: str
    principal: str
    arguments: str | None
    at: float


class ApprovalStore(Protocol):
    """Requests, for an hour; in a file across a restart, so that none is answered twice."""

    async def ask(self, id_: str, principal: str, arguments: str) -> None:
        """Remember that ``principal`` was asked about ``arguments`` (a digest)."""
        ...

    async def answer(self, answers: Collection[tuple[str, str]], principal: str) -> tuple[str, Fault] | None:
        """Take all answers, or none where one of them is wrong.

        A request that is not known was made before a restart, and its client has kept it: it can be answered once.

        Args:
            answers: ids of requests, with the digest of the arguments that were approved.
            principal: who answers.

        Returns:
            The first id that is wrong, and why.
        """
        ...

    async def close(self) -> None:
        """Write what is not written yet."""
        ...


class LocalApprovals:
    """The requests of one gateway, in memory or in a file.

    Args:
        path: where they are kept; None for memory only.
        most: requests that are remembered.
        clock: seconds since the epoch.
    """

    def __init__(self, path: Path | None = None, *, most: int = _MOST, clock: Callable[[], float] = time.time) -> None:
        self._table = JsonTable(path, Approval, lambda approval: approval.id, most)
        self._clock = clock

    async def ask(self, id_: str, principal: str, arguments: str) -> None:
        """Remember a request."""
        oldest = self._clock() - LIFETIME
        self._table.remove_oldest_while(lambda approval: approval.at < oldest)
        self._table.put(Approval(id_, principal, arguments, self._clock()))

    async def answer(self, answers: Collection[tuple[str, str]], principal: str) -> tuple[str, Fault] | None:
        """Take all answers, or none."""
        taken = set[str]()
        for id_, arguments in answers:
            approval = self._table.get(id_)
            fault = "answered" if id_ in taken else _fault(approval, principal, arguments)
            if fault is not None:
                return id_, fault
            taken.add(id_)
        for id_ in taken:
            self._table.put(Approval(id_, principal, None, self._clock()))
        return None

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._table.close()


def _fault(approval: Approval | None, principal: str, arguments: str) -> Fault | None:
    if approval is None:
        return None
    if approval.principal != principal:
        return "foreign"
    if approval.arguments is None:
        return "answered"
    return None if approval.arguments == arguments else "other arguments"
