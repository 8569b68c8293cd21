"""The audit trail: who did what, when and from where, and what came of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, Final, Protocol

from mcptui.model.runtime import Outcome

_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that was done, or refused.

    Args:
        at: in seconds since the epoch.
        actor: the id of the principal.
        action: what was done: the method of a call, or the change of the state in words such as ``key.create``.
        subject: what it was done to: a tool, a key, a server; None where the action says it all.
        origin: the address that it came from; None for this machine.
        outcome: what came of it.
        details: what else is to be known, as JSON; never a secret.
    """

    at: float
    actor: str
    action: str
    subject: str | None = None
    origin: str | None = None
    outcome: Outcome = "ok"
    details: Mapping[str, Any] = field(default_factory=dict)


class AuditStore(Protocol):
    """Entries in the order in which they were appended; none is ever changed.

    A form in a file makes sense, since what was done has to be known after the process; there is none yet.
    """

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        """Add ``entries``, all or none, numbered from 1 on without a gap.

        Raises:
            McptuiError: they cannot be kept. What must not happen without an entry must not happen then.
        """
        ...

    async def read(self, after: int = 0, *, limit: int) -> list[tuple[int, AuditEntry]]:
        """The first ``limit`` entries with a number above ``after``, oldest first, each with its number.

        The last number is the ``after`` of the next page. A gap means that entries were forgotten, or taken away.
        """
        ...

    async def close(self) -> None:
        """Write what is not written yet."""
        ...


class MemoryAudit:
    """The newest entries of one process, with which they end.

    Args:
        most: entries that are kept.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._entries: deque[tuple[int, AuditEntry]] = deque(maxlen=most)
        self._numbers = count(1)

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        """Add ``entries``."""
        self._entries.extend((next(self._numbers), entry) for entry in entries)

    async def read(self, after: int = 0, *, limit: int) -> list[tuple[int, AuditEntry]]:
        """The first ``limit`` entries with a number above ``after``."""
        return list(islice((entry for entry in self._entries if entry[0] > after), limit))

    async def close(self) -> None:
        """Nothing is to be written."""
