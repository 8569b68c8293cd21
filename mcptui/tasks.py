"""The one way to start a task that runs beside its caller, and to do what takes long where it holds up nobody."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, ParamSpec, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

#: Reading, checking or writing less than this takes less than a millisecond or two, bytes.
LARGE: Final = 256 * 1024

# Threads of their own, and few: while one works on a large value, the event loop gets its turn between two steps of it,
# and waits for every one of them. They also take none from what else is done in threads, such as looking up names.
_large_work: Final = ThreadPoolExecutor(2, thread_name_prefix="large")

# The event loop itself keeps weak references only.
_running: Final[set[asyncio.Task[Any]]] = set()


def start_task(work: Coroutine[Any, Any, T], *, name: str, awaited: bool = False) -> asyncio.Task[T]:
    """Run ``work`` beside the caller; it is kept until it ends.

    ``awaited`` says that somebody takes its outcome. Else nothing is expected to be raised, and what is, is logged.
    """
    task = asyncio.create_task(work, name=name)  # noqa: TID251  here, and nowhere else
    _running.add(task)
    task.add_done_callback(_running.discard)
    if not awaited:
        task.add_done_callback(_log_failure)
    return task


async def beside_others(size: int, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What ``work`` returns for something of ``size`` bytes: done in a thread where that is large, after others.

    The event loop goes on meanwhile, as far as ``work`` lets other threads run.
    """
    if size < LARGE:
        return work(*args, **named)
    run = functools.partial(contextvars.copy_context().run, work, *args, **named)
    return await asyncio.get_running_loop().run_in_executor(_large_work, run)


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("unexpected error in the task %r", task.get_name(), exc_info=error)
