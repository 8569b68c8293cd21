"""Tools that run only as tasks (2025-11-25 basic/utilities/tasks), called as any other.

What comes of a call is what counts to a person, who can wait: the form in which it is asked for is the tool's affair.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mcptui.gateway.exchange import Exchange
from mcptui.protocol.errors import RpcError

if TYPE_CHECKING:
    from mcptui.gateway.core import Core

#: Makes a request that is recorded.
Execute: TypeAlias = Callable[["Core", Exchange], Awaitable[dict[str, Any]]]

#: The pause between two looks at a task where its server names none, and the shortest and longest, seconds.
_PAUSE: Final = 1.0
_LEAST: Final = 0.1
_MOST: Final = 30.0
#: How long the end of a task is waited for that nobody wants any more, seconds.
_CANCELLED: Final = 5.0


def runs_as_task(core: Core, exchange: Exchange) -> bool:
    """Whether ``exchange`` calls a tool that takes no other calls, as far as its list is known."""
    if exchange.method != "tools/call":
        return False
    view, name = core.relay.view(exchange), exchange.params.get("name")
    exposed = view.bare.get(name, name) if isinstance(name, str) else None
    tool = next((item for item in view.items["tools/list"] if item["name"] == exposed), {})
    execution = tool.get("execution")
    return isinstance(execution, dict) and execution.get("taskSupport") == "required"


async def run_as_task(core: Core, exchange: Exchange, execute: Execute) -> dict[str, Any]:
    """The result of the task that ``exchange`` starts, which is ended where nobody waits for it any more.

    Looks at the task are not recorded; its start and its result are.

    Raises:
        RpcError: every failure.
    """
    exchange.params = {**exchange.params, "task": {}}
    started = await execute(core, exchange)
    task = started.get("task")
    id_ = task.get("taskId") if isinstance(task, dict) else None
    if not isinstance(id_, str):
        return started  # it has run all the same

    def about(method: str) -> Exchange:
        return replace(
            exchange, method=method, params={"taskId": id_}, snapshot=core.snapshot, server=None, tool=None, events=None
        )

    try:
        while isinstance(task, dict) and task.get("status") == "working":
            await asyncio.sleep(_pause(task.get("pollInterval")))
            task = await core.relay.request(about("tasks/get"))
        # Also where it wants an answer: that is asked for on the way to the result.
        return await execute(core, about("tasks/result"))
    except asyncio.CancelledError:
        with contextlib.suppress(RpcError, TimeoutError):
            async with asyncio.timeout(_CANCELLED):
                await core.relay.request(about("tasks/cancel"))
        raise


def _pause(named: object) -> float:
    """Seconds until the next look, where the server wants ``named`` milliseconds."""
    if isinstance(named, bool) or not isinstance(named, (int, float)):
        return _PAUSE
    return min(max(named / 1000, _LEAST), _MOST)
