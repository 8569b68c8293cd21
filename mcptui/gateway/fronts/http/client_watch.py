"""Sees the client of a request go before its answer has ended; the one place that does."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final, Self

from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.tasks import start_task

#: A request that takes longer than this is watched for a client that goes away, seconds.
WATCH_AFTER: Final = 0.25
#: From then on a request that still takes longer shows signs of life, seconds after it is watched.
SHOW_LIFE_AFTER: Final = 0.25
#: The same from the beginning of the request.
LIFE_AFTER: Final = WATCH_AFTER + SHOW_LIFE_AFTER


class ClientWatch:
    """A block during which the client of a request, whose body has been read, is watched.

    Args:
        incoming: the request.
        cancels: whether a client that goes cancels the block: nobody else waits for its outcome. Then the block
            ends without an error.
    """

    def __init__(self, incoming: Incoming, *, cancels: bool) -> None:
        self._incoming = incoming
        # Asked for once: before Python 3.12 every question is a system call.
        self._loop = loop = asyncio.get_running_loop()
        self._task = asyncio.current_task(loop) if cancels else None
        self._watcher: asyncio.Task[None] | None = None
        self._timer = loop.call_later(WATCH_AFTER, self._watch)
        #: The answer has ended, or is about to.
        self.is_over = False
        #: The client has gone.
        self.left = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not self.is_over:
            self.stop_watching()
        if not self.left or self._task is None or not isinstance(error, asyncio.CancelledError):
            return False
        self._task.uncancel()
        return True

    async def gone(self) -> None:
        """Wait until the client goes, or the request is over."""
        if self._watcher is None and not self.is_over:
            self._timer.cancel()
            self._watch()
        if self._watcher is not None:
            await asyncio.wait([self._watcher])

    def _watch(self) -> None:
        self._watcher = start_task(self._watch_client(), name="watch client")
        self._timer = self._loop.call_later(SHOW_LIFE_AFTER, self.takes_long)

    async def _watch_client(self) -> None:
        await self._incoming.gone()
        self.left = True
        self.client_left()
        if self._task is not None:
            self._task.cancel()

    def client_left(self) -> None:
        """The client has gone."""

    def takes_long(self) -> None:
        """The client has waited long enough to be told that it has been heard."""

    def stop_watching(self) -> None:
        """The request is over."""
        self.is_over = True
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
