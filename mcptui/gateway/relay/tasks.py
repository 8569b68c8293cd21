"""Which results tell of a task that goes on at a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcptui.stores.tasks import StartedTask

if TYPE_CHECKING:
    from mcptui.gateway.exchange import Exchange


def started_task(exchange: Exchange, result: dict[str, Any]) -> StartedTask | None:
    """The task that ``result`` tells of, if it does."""
    # In an object of its own (2025-11-25), or in the result itself (the extension of 2026-07-28).
    task = result if result.get("resultType") == "task" else result.get("task")
    id_ = task.get("taskId") if isinstance(task, dict) else None
    if not isinstance(id_, str) or exchange.server is None:
        return None
    return StartedTask(exchange.principal.id, id_, exchange.server, exchange.tool)
