"""Notifications on their way to the client of one call."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

from mcptui.tasks import start_task
from mcptui.upstream.call import Notify

#: Notifications kept for a client that does not read; later ones are dropped.
LIMIT: Final = 20_000


class Outbox:
    """Sends in order; a client that does not read holds up its own call and nobody else's."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, method: str, params: dict[str, Any]) -> None:
        """Send soon."""
        if len(self._waiting) >= LIMIT:
            await asyncio.sleep(0)  # a client that reads has taken them by then
        if len(self._waiting) >= LIMIT:
            return
        self._waiting.append((method, params))
        if self._task is None or self._task.done():
            self._task = start_task(self._send(), name="notifications", awaited=True)

    async def _send(self) -> None:
        while self._waiting:
            await self._notify(*self._waiting.popleft())

    async def flush(self) -> None:
        """Wait until everything was sent: what came before an answer arrives before it."""
        if self._task is not None:
            await self._task

    def close(self) -> None:
        """Drop what was not sent yet."""
        if self._task is not None:
            self._task.cancel()
