"""Tasks that calls have started: a task id means something only to the principal whose call has started the task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from mcptui.stores.json_table import JsonTable

#: Tasks whose server is remembered; the oldest is forgotten first.
MAX_TASKS: Final = 10_000


@dataclass(frozen=True, slots=True)
class StartedTask:
    """A task of a principal, and the server and the tool there that have started it."""

    principal: str
    id: str
    server: str
    tool: str | None


class TaskStore(Protocol):
    """Which server a task is at; in a file across a restart, since the task goes on at its server."""

    async def put(self, task: StartedTask) -> None:
        """Remember ``task``."""
        ...

    async def find(self, principal: str, id_: str) -> StartedTask | None:
        """The task ``id_`` of ``principal``; None where the principal has none of that id."""
        ...

    async def close(self) -> None:
        """Write what is not written yet."""
        ...


class LocalTasks:
    """Tasks of one gateway, in memory or in a file.

    Args:
        path: where they are kept; None for memory only.
        most: tasks that are remembered.
    """

    def __init__(self, path: Path | None = None, *, most: int = MAX_TASKS) -> None:
        self._table = JsonTable(path, StartedTask, lambda task: (task.principal, task.id), most)

    async def put(self, task: StartedTask) -> None:
        """Remember ``task``."""
        self._table.put(task)

    async def find(self, principal: str, id_: str) -> StartedTask | None:
        """The task ``id_`` of ``principal``."""
        return self._table.get((principal, id_))

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._table.close()
