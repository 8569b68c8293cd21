"""Whether processes have ended, also those whose parent is somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

import psutil

_LOOK: Final = 0.01


async def all_gone(pids: Iterable[int], seconds: float = 10) -> bool:
    """Whether every process ends within ``seconds``; one that nobody has reaped yet has ended too."""
    left = list(pids)
    try:
        async with asyncio.timeout(seconds):
            while left := [pid for pid in left if _runs(pid)]:  # noqa: ASYNC110  strangers send no event
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        return False
    return True


def _runs(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        # The first thread of a killed process may be gone before the others, which still hold its files and locks.
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
    except psutil.NoSuchProcess:
        return False
