"""The gateway as the command line and the app use it: process and control API in one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mcptui.errors import UnreachableError
from mcptui.model import GatewaySettings, Server
from mcptui.model.runtime import CallEvent, CallRecord, GatewayStatus, Json, JsonObject, Listed, ProbeStep
from mcptui.state.paths import Paths

if TYPE_CHECKING:
    from mcptui.control.client import ControlClient
    from mcptui.supervisor.process import Supervisor


class Gateway:
    """The one gateway of a home.

    Args:
        paths: the home.
        settings: reads the current ``[gateway]`` table, for what a failed start has to explain.
    """

    def __init__(self, paths: Paths, settings: Callable[[], GatewaySettings] = GatewaySettings) -> None:
        self._paths = paths
        self._settings = settings

    # Loaded with the first use: both need the HTTP client, which takes a good part of the app's start.

    @cached_property
    def _control(self) -> ControlClient:
        from mcptui.control.client import ControlClient

        return ControlClient(self._paths.socket)

    @cached_property
    def _supervisor(self) -> Supervisor:
        from mcptui.supervisor.process import Supervisor

        return Supervisor(self._paths, self._control)

    async def status(self) -> GatewayStatus | None:
        """The running gateway; None where none runs."""
        return await self._supervisor.status()

    async def start(self) -> GatewayStatus:
        """Start it, or adopt the one that runs; returns when it is healthy.

        Raises:
            StartError: it did not start; says why and who owns the port.
        """
        settings = await asyncio.to_thread(self._settings)
        return await self._supervisor.start(host=settings.host, port=settings.port)

    async def stop(self) -> None:
        """End it; returns when it is gone."""
        await self._supervisor.stop()

    async def restart(self) -> GatewayStatus:
        """Stop and start."""
        await self.stop()
        return await self.start()

    async def reload(self) -> str:
        """Have the state file read now; the revision that is in effect."""
        return await self._control.reload()

    async def logs(self, lines: int = 200) -> list[str]:
        """The last lines of the log file."""
        return list(await asyncio.to_thread(self._supervisor.log_tail, lines))

    async def follow_logs(self) -> AsyncIterator[str]:
        """New lines of the log file as they come, also across its rotation."""
        file, position = self._paths.log_file, None
        while True:
            text, position = await asyncio.to_thread(_read_on, str(file), position)
            for line in text.splitlines():
                yield line
            await asyncio.sleep(0.25)

    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        """What ``key`` sees; None is the owner, who sees every enabled server."""
        return await self._control.listed(key, server)

    def call(self, method: str, params: JsonObject, *, key: str | None = None) -> AsyncGenerator[CallEvent, None]:
        """Events of one MCP request as ``key``, ending with "result" or "error"."""
        return self._control.call(method, params, key=key)

    async def answer(self, event_id: Any, result: Json = None, error: Json = None) -> None:
        """Answer an "ask" or "approval" event of a running call."""
        await self._control.answer(event_id, result, error)

    def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        """Try ``server``, saved or not, step by step."""
        return self._control.probe(server)

    def traffic(self, since: int = 0, *, follow: bool = True) -> AsyncGenerator[CallRecord, None]:
        """Recorded calls after the id ``since``."""
        return self._control.traffic(since, follow=follow)

    async def refresh(self, server: str) -> None:
        """Connect to ``server`` anew and read its lists."""
        await self._control.refresh(server)

    def log_in(self, server: str, key: str | None = None) -> AsyncGenerator[CallEvent, None]:
        """Events of a login at ``server``: "open" {id, url, redirect_uri, seconds}, then "done" {scope} or "failed"."""
        return self._control.log_in(server, key)

    async def paste_login(self, id_: str, url: str) -> None:
        """Give a login the URL that a browser on another machine ended at."""
        await self._control.paste_login(id_, url)

    async def log_out(self, server: str, key: str | None = None) -> None:
        """Revoke and forget the login at ``server``."""
        await self._control.log_out(server, key)

    async def secret_changed(self, path: str | None) -> None:
        """Tell a running gateway that a secret has a new value."""
        try:
            await self._control.secret_changed(path)
        except UnreachableError:
            return  # it will read the new value when it starts

    def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        """Events of one turn of a conversation with a model that may use tools."""
        return self._control.chat(request)


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
