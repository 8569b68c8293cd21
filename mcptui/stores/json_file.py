"""Small files in which the gateway keeps for its next start what it has learnt."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from mcptui.files import PRIVATE_FILE, replace_file
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task

log = logging.getLogger(__name__)

#: Several changes are written at once, seconds.
_SOON: Final = 1.0


class StateFile:
    """A JSON value, read once and written in the background a moment after it has changed.

    Args:
        path: where; readable by its owner only. None keeps nothing.
        content: the value as it is now.
    """

    def __init__(self, path: Path | None, content: Callable[[], Any]) -> None:
        self._path = path
        self._content = content
        self._writing: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def load(self) -> Any:
        """What an earlier process has written; None where there is nothing that can be read.

        A damaged file is moved aside, for whoever wants to look at it.
        """
        if self._path is None:
            return None
        try:
            return jsonrpc.decode(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("%s cannot be used: %s", self._path.name, error)
        except RpcError as error:
            log.warning("%s is damaged and moved aside: %s", self._path.name, error)
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_name(f"{self._path.name}.damaged-{time.time_ns()}"))
        return None

    def changed(self) -> None:
        """Write soon."""
        if self._path is not None and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SOON, self._write)

    def _write(self) -> None:
        self._timer = None
        before = self._writing
        self._writing = start_task(self._replace(jsonrpc.encode(self._content()), before), name="write state")

    async def _replace(self, content: bytes, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        assert self._path is not None
        try:
            await asyncio.to_thread(replace_file, self._path, content, mode=PRIVATE_FILE)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path.name, error)

    async def close(self) -> None:
        """Write what is not written yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._write()
        if self._writing is not None:
            await self._writing
