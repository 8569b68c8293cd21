"""The gateway of a home as app and command line use it."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Final

from mcptui.control.interface import Control
from mcptui.errors import McptuiError, NotFoundError
from mcptui.model.runtime import GatewayStatus, Json

#: How long a change of the state file is waited for, seconds.
TAKE_OVER_SECONDS: Final = 2.0


class GatewayPort(Control, ABC):
    """The control API and the process behind it."""

    @abstractmethod
    async def status(self) -> GatewayStatus | None:
        """The running gateway; None where none runs."""

    @abstractmethod
    async def has_crashed(self) -> bool:
        """Whether the last one is gone without having been told to end, by whomever."""

    @abstractmethod
    async def start(self) -> GatewayStatus:
        """Start it, or adopt the one that runs; returns when it is healthy.

        Raises:
            StartError: it did not start; says why and who owns the port.
        """

    @abstractmethod
    async def stop(self) -> None:
        """End it; fine when it does not run. Returns when it is gone."""

    @abstractmethod
    async def restart(self) -> GatewayStatus:
        """Stop and start."""

    async def take_over(self) -> None:
        """Return when the newest state file is applied.

        Raises:
            UnreachableError: no gateway runs.
            McptuiError: it cannot use the file, or does not answer soon.
        """
        try:
            async with asyncio.timeout(TAKE_OVER_SECONDS):
                await self.reload()
        except TimeoutError:
            raise McptuiError("the gateway does not answer") from None

    async def reply(self, id_: Json, result: Json = None, error: Json = None) -> None:
        """:meth:`answer` where the question may have ended, with its call or before: then nothing is missed."""
        with contextlib.suppress(NotFoundError):
            await self.answer(id_, result, error)

    @abstractmethod
    async def logs(self, lines: int = 200) -> list[str]:
        """The last lines of the log file."""

    @abstractmethod
    def follow_logs(self) -> AsyncIterator[str]:
        """New lines of the log file as they come."""
