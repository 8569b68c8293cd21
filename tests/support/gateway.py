"""The real gateway inside the test's own event loop: public port and control socket, no process."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from mcptui.control.client import ControlClient
from mcptui.gateway.control.api import ControlApi, Host
from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.app import build_app
from mcptui.gateway.fronts.mcp.entry import McpEntry
from mcptui.model import Key, Server, State
from mcptui.model.runtime import CallRecord, ConfigError, SecretStatus
from mcptui.secrets.background import BackgroundStore
from mcptui.secrets.memory import MemoryStore
from mcptui.secrets.resolver import Resolver
from mcptui.state.loaded import Loaded
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper
from mcptui.upstream.wire.client import HttpClient


def key(name: str, **more: Any) -> Key:
    """A key whose credential is ``sk-name``."""
    return Key(name=name, hash="sha256:" + hashlib.sha256(f"sk-{name}".encode()).hexdigest(), **more)


def state(*entries: Server | Key, **more: Any) -> State:
    """A state of servers and keys."""
    return State(
        servers={entry.name: entry for entry in entries if isinstance(entry, Server)},
        keys={entry.name: entry for entry in entries if isinstance(entry, Key)},
        **more,
    )


@dataclass(slots=True)
class RunningGateway:
    """A gateway that runs in here, and what it wrote."""

    url: str
    core: Core
    entry: McpEntry
    secrets: MemoryStore
    records: list[CallRecord]
    control: ControlClient | None = None
    #: Set by a test that wants ``/status`` to report a broken file.
    config_error: ConfigError | None = None
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _revisions: Iterator[int] = field(default_factory=itertools.count)

    def put(self, new: State) -> None:
        """Put ``new`` into effect, as after a change of the state file."""
        self.core.swap(Loaded(new, f"revision-{next(self._revisions)}"))

    async def read(self) -> None:
        """Wait until every server was read, or could not be."""
        await asyncio.gather(*(server.asked(10) for server in self.core.registry.all() if server.config.enabled))


@contextlib.asynccontextmanager
async def running_gateway(
    initial: State, control_socket: Path | None = None, kept: Path | None = None
) -> AsyncIterator[RunningGateway]:
    """A gateway with ``initial`` in effect, on a free port of 127.0.0.1; ``kept`` survives it."""
    records: list[CallRecord] = []
    secrets, reaper = MemoryStore(), Reaper()
    resolver = Resolver(secrets)
    async with HttpClient() as client:
        oauth = OAuthSessions(BackgroundStore(secrets), resolver.resolve)
        core = Core(
            Loaded(initial, "first"), ConnectionDeps(client, reaper, resolver.resolve, oauth), records.extend, kept
        )
        entry = McpEntry(core)
        with contextlib.closing(_listener()) as listener:
            port = listener.getsockname()[1]
            gateway = RunningGateway(f"http://127.0.0.1:{port}", core, entry, secrets, records)
            core.start()
            async with contextlib.AsyncExitStack() as stack:
                await stack.enter_async_context(_served(build_app(core, entry, "instance"), listener))
                if control_socket is not None:
                    api = ControlApi(core, _host(gateway, resolver))
                    bound = stack.enter_context(contextlib.closing(socket.socket(socket.AF_UNIX)))
                    bound.bind(str(control_socket))
                    await stack.enter_async_context(_served(api.app(), bound))
                    gateway.control = ControlClient(control_socket)
                try:
                    yield gateway
                finally:
                    entry.sessions.end_where(lambda _: True)
                    await core.close()
                    await oauth.close()
                    await reaper.close()
        await core.recorder.flush()


def _listener() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    return listener


def _host(gateway: RunningGateway, resolver: Resolver) -> Host:
    async def reload() -> None:
        """The state comes by :meth:`RunningGateway.put`."""

    return Host(
        instance_id="instance",
        url=gateway.url,
        started=time.time(),
        sessions=lambda: len(gateway.entry.sessions),
        config_error=lambda: gateway.config_error,
        secrets=lambda: SecretStatus(backend="memory", state="ok"),
        reload=reload,
        forget_secret=resolver.forget,
        stop=gateway.stopped.set,
    )


@contextlib.asynccontextmanager
async def _served(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """``app`` on ``listener``, without the pauses of a server that stops gently."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        # As the real one: longer than a client keeps a connection, or it closes what a client is about to use.
        timeout_keep_alive=75,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listener])
    try:
        yield
    finally:
        for each in server.servers:
            each.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        tasks = list(server.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in list(server.server_state.connections):
            connection.transport.abort()
