"""Whose tasks are whose: a task id means something only to the principal whose call has started the task."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

from mcptui.gateway.exchange import Exchange
from mcptui.stores.json_file import StateFile

#: Tasks whose server is remembered; the oldest is forgotten first.
MAX_TASKS: Final = 10_000


class TaskTable:
    """The tasks that calls have started, also across a restart of the gateway.

    Args:
        path: where they are kept; None for nowhere.
    """

    def __init__(self, path: Path | None) -> None:
        #: (principal, task id) → (server, tool).
        self._tasks: OrderedDict[tuple[str, str], tuple[str, str | None]] = OrderedDict()
        self._file = StateFile(path, lambda: [[*key, *value] for key, value in self._tasks.items()])
        for entry in self._file.load() or ():
            if isinstance(entry, list) and len(entry) == 4:
                principal, id_, server, tool = entry
                self._tasks[principal, id_] = server, tool

    def find(self, principal: str, id_: str) -> tuple[str, str | None] | None:
        """The server and the tool there of a task of ``principal``."""
        return self._tasks.get((principal, id_))

    def note(self, exchange: Exchange, result: dict[str, Any]) -> None:
        """Remember the task that ``result`` tells of, if it does."""
        # In an object of its own (2025-11-25), or in the result itself (the extension of 2026-07-28).
        task = result if result.get("resultType") == "task" else result.get("task")
        id_ = task.get("taskId") if isinstance(task, dict) else None
        if not isinstance(id_, str) or exchange.server is None:
            return
        self._tasks[exchange.principal.id, id_] = exchange.server, exchange.tool
        if len(self._tasks) > MAX_TASKS:
            self._tasks.popitem(last=False)
        self._file.changed()

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._file.close()
