"""The gateway as the command line and the app use it: process and control API in one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mcptui.control.interface import no_answer
from mcptui.errors import IncompatibleError, McptuiError, UnreachableError
from mcptui.model import GatewaySettings
from mcptui.model.runtime import GatewayStatus
from mcptui.services.ports import GatewayPort
from mcptui.state.paths import Paths

if TYPE_CHECKING:
    from mcptui.control.client import ControlClient
    from mcptui.control.method import Method
    from mcptui.supervisor.process import Supervisor


class Gateway(GatewayPort):
    """The one gateway of a home.

    Args:
        paths: the home.
        settings: reads the current ``[gateway]`` table, for what a failed start has to explain.
    """

    def __init__(self, paths: Paths, settings: Callable[[], GatewaySettings] = GatewaySettings) -> None:
        self._paths = paths
        self._settings = settings
        #: Why the last start failed, until one succeeds.
        self._not_started: McptuiError | None = None

    # Loaded with the first use: both need the HTTP client, which takes a good part of the app's start.

    @cached_property
    def _control(self) -> ControlClient:
        from mcptui.control.client import ControlClient

        return ControlClient(self._paths)

    @cached_property
    def _supervisor(self) -> Supervisor:
        from mcptui.supervisor.process import Supervisor

        return Supervisor(self._paths, self._control)

    async def status(self) -> GatewayStatus | None:
        status = await self._supervisor.status()
        if status is not None:
            self._not_started = None
        return status

    async def has_crashed(self) -> bool:
        return await asyncio.to_thread(self._supervisor.has_crashed)

    async def start(self) -> GatewayStatus:
        settings = await asyncio.to_thread(self._settings)
        try:
            status = await self._supervisor.start(host=settings.host, port=settings.port)
        except McptuiError as error:
            self._not_started = error
            raise
        self._not_started = None
        return status

    async def stop(self) -> None:
        await self._supervisor.stop()

    async def restart(self) -> GatewayStatus:
        await self.stop()
        return await self.start()

    async def logs(self, lines: int = 200) -> list[str]:
        return list(await asyncio.to_thread(self._supervisor.log_tail, lines))

    async def follow_logs(self) -> AsyncIterator[str]:
        file, position = self._paths.log_file, None
        while True:
            text, position = await asyncio.to_thread(_read_on, str(file), position)
            for line in text.splitlines():
                yield line
            await asyncio.sleep(0.25)

    async def secret_changed(self, path: str | None) -> None:
        """Tell a running gateway that a secret has a new value; another one reads it when it starts."""
        with contextlib.suppress(UnreachableError):
            await super().secret_changed(path)

    async def request(self, method: Method, arguments: dict[str, Any]) -> Any:
        """Ask the running gateway; without a socket, the HTTP client is not loaded."""
        with self._explained():
            if not self._paths.has_socket():
                raise no_answer()
            return await self._control.request(method, arguments)

    async def stream(self, method: Method, arguments: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """Ask the running gateway for a stream."""
        async with contextlib.aclosing(self._control.stream(method, arguments)) as items:
            with self._explained():
                async for item in items:
                    yield item

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Say why there is no gateway where that is known: to start it once more does not help."""
        try:
            yield
        except IncompatibleError:
            raise
        except UnreachableError as error:
            if (reason := self._not_started) is None:
                raise
            raise UnreachableError(f"the gateway is not running: {reason.message}", hint=reason.hint) from error


def _read_on(file: str, position: int | None) -> tuple[str, int]:
    """What was added to ``file`` since ``position`` (None: its end), and the new position."""
    try:
        with open(file, "rb") as log:  # noqa: PTH123  a plain handle is all that is needed in this loop
            end = log.seek(0, 2)
            if position is None:
                return "", end
            log.seek(position if position <= end else 0)
            content = log.read()
            complete = content[: content.rfind(b"\n") + 1]
            return complete.decode("utf-8", "replace"), log.tell() - len(content) + len(complete)
    except OSError:
        return "", position or 0
