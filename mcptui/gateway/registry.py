"""All servers at run time, kept equal to the state: started, replaced and closed as it changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from mcptui.model import Server
from mcptui.upstream.connect import Tools
from mcptui.upstream.server import UpstreamServer

log = logging.getLogger(__name__)

#: Called with the server's name, what happened ("lists", "status" or a notification's method), its params, and the
#: client session whose own connection brought it, else "".
Listener = Callable[[str, str, dict[str, Any], str], None]


class Registry:
    """Servers by name."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._servers: dict[str, UpstreamServer] = {}
        self._listeners: list[Listener] = []
        self._closing: set[asyncio.Task[None]] = set()
        #: Grows whenever any list changes; views are built for one revision.
        self.revision = 0
        self._settled = False

    @property
    def settled(self) -> bool:
        """Whether every server has been read, or has failed, at least once."""
        self._settled = self._settled or all(server.was_read for server in self._servers.values())
        return self._settled

    def listen(self, listener: Listener) -> None:
        """Have ``listener`` called on every event."""
        self._listeners.append(listener)

    def get(self, name: str) -> UpstreamServer | None:
        """The running server ``name``."""
        return self._servers.get(name)

    def all(self) -> list[UpstreamServer]:
        """Every configured server, in file order."""
        return list(self._servers.values())

    def apply(self, servers: Mapping[str, Server]) -> None:
        """Make the running servers those of a new state; unchanged ones are not touched."""
        before = self._servers
        self._servers = {}
        for name, config in servers.items():
            running = before.pop(name, None)
            if running is not None and running.config == config:
                self._servers[name] = running
                continue
            if running is not None:
                self._close(running)
            self._servers[name] = fresh = UpstreamServer(config, self._tools, self._heard)
            fresh.start()
        for gone in before.values():
            self._close(gone)
        self.revision += 1
        self._settled = False

    async def reopen(self, name: str) -> None:
        """Connect to ``name`` anew, as after a change of its description."""
        running = self._servers.get(name)
        if running is not None:
            self._settled = False
            self._servers[name] = fresh = UpstreamServer(running.config, self._tools, self._heard)
            fresh.lists, fresh.peer = running.lists, running.peer
            self._close(running)
            fresh.start()

    async def reopen_with(self, reference: str) -> None:
        """Connect anew to every server whose description contains ``reference``."""
        for name, server in list(self._servers.items()):
            if reference in repr(server.config):
                await self.reopen(name)

    def forget(self, principal: str) -> None:
        """Close the connections that speak for ``principal``, which may no longer use anything."""
        for name, server in self._servers.items():
            self._later(server.forget(principal), f"forget {principal} at {name}")

    async def close(self) -> None:
        """Close all servers, side by side."""
        for server in self._servers.values():
            self._close(server)
        self._servers = {}
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _close(self, server: UpstreamServer) -> None:
        self._later(server.close(), f"close {server.config.name}")

    def _later(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _heard(self, server: UpstreamServer, event: str, params: dict[str, Any], session: str) -> None:
        if self._servers.get(server.config.name) is not server:
            return
        if event == "lists":
            self.revision += 1
        for listener in self._listeners:
            listener(server.config.name, event, params, session)
