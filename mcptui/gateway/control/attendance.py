"""Who is there for the gateway: one that ends with its app ends also where the app had no time to say so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from typing import Final

log = logging.getLogger(__name__)

#: An app that was killed may be back after so many seconds.
GRACE: Final = 3.0


class Attendance:
    """Counts those who attend.

    Args:
        ends_with_app: whether the gateway is to end with them, as the settings are now.
        stop: ends it.
    """

    def __init__(self, ends_with_app: Callable[[], bool], stop: Callable[[], None]) -> None:
        self._ends_with_app = ends_with_app
        self._stop = stop
        self._present = 0
        self._timer: asyncio.TimerHandle | None = None
        self._ending = asyncio.Event()

    async def attend(self) -> AsyncGenerator[bool, None]:
        """True once, then nothing until :meth:`end`; whoever leaves before that, by whatever way, is gone."""
        self._present += 1
        if self._timer is not None:
            self._timer.cancel()
        try:
            yield True
            await self._ending.wait()
        finally:
            self._present -= 1
            if not self._present and not self._ending.is_set():
                self._timer = asyncio.get_running_loop().call_later(GRACE, self._look)

    def _look(self) -> None:
        if not self._present and self._ends_with_app():
            log.info("the app is gone, and the gateway ends with it")
            self._stop()

    def end(self) -> None:
        """The gateway ends: nobody needs to attend it any more."""
        self._ending.set()
        if self._timer is not None:
            self._timer.cancel()
