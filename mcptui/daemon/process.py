"""The gateway as a process: one per home, with its lock, its sockets, its signals."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import filelock
import uvicorn
from starlette.types import ASGIApp

from mcptui import __version__
from mcptui.daemon import logs
from mcptui.daemon.live_state import LiveState
from mcptui.daemon.tls import Certificate
from mcptui.errors import McptuiError, RefusedError
from mcptui.gateway.control.api import ControlApi, Host
from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.app import build_app
from mcptui.gateway.fronts.mcp.entry import McpEntry
from mcptui.gateway.identity.rate_limits import WINDOW
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings
from mcptui.model.runtime import SecretStatus
from mcptui.secrets.background import BackgroundStore
from mcptui.secrets.open import open_store
from mcptui.secrets.resolver import Resolver
from mcptui.state.paths import Paths
from mcptui.stores.history.errors import HistoryError
from mcptui.stores.history.log import History
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper
from mcptui.upstream.wire.client import HttpClient

log = logging.getLogger(__name__)

#: Exit code for what only the user can change: a taken port, a bad certificate. Restarting does not help.
EXIT_CONFIGURATION: Final = 3
#: Open event streams are ended after this many seconds at a stop.
_GRACE: Final = 2
_SWEEP_EVERY: Final = 30.0
#: Open files that are asked for; macOS gives no more than this.
_FILES: Final = 10_240


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: there are two servers here, and one of us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(paths: Paths, *, host: str | None = None, port: int | None = None, foreground: bool = True) -> int:
    """Run the gateway of ``paths`` until SIGTERM or SIGINT; the process's exit code.

    Raises:
        RefusedError: another gateway of this home runs.
    """
    paths.ensure()
    # Not at once: whoever asks for the state of the gateway tries the lock for a moment.
    lock = filelock.FileLock(paths.gateway_lock, timeout=1)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise RefusedError(
            "a gateway of this home runs already",
            hint="See it with: mcptui gateway status; end it: mcptui gateway stop",
        ) from None
    try:
        live = LiveState(paths)
        settings = live.loaded.state.gateway
        settings = replace(settings, host=host or settings.host, port=port if port is not None else settings.port)
        logs.set_up(paths.log_file, settings.log_level, foreground=foreground)
        _raise_file_limit()
        certificate: Certificate | None = None
        if settings.tls_certfile is not None and settings.tls_keyfile is not None:
            try:
                certificate = Certificate(settings.tls_certfile, settings.tls_keyfile)
            except McptuiError as error:
                log.error("%s", error)
                return EXIT_CONFIGURATION
        try:
            listener = _bind(settings)
        except OSError as error:
            log.error("cannot listen on %s:%s: %s", settings.host, settings.port, error.strerror or error)
            return EXIT_CONFIGURATION
        settings = replace(settings, port=listener.getsockname()[1])
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_Process(paths, live, settings, listener, certificate).run())
    except KeyboardInterrupt:
        return 130
    finally:
        lock.release()
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


def _raise_file_limit() -> None:
    """Every client and every connection to a server is a file; many systems start programs with 256 or 1,024."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bind(settings: GatewaySettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named so that asyncio sets TCP_NODELAY: else a stream's first event waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


class _Process:
    """Everything that lives exactly as long as the process."""

    def __init__(
        self,
        paths: Paths,
        live: LiveState,
        settings: GatewaySettings,
        listener: socket.socket,
        certificate: Certificate | None,
    ) -> None:
        self._certificate = certificate
        self._paths = paths
        self._live = live
        self._settings = settings
        self._listener = listener
        self._instance_id = uuid.uuid4().hex
        self._stopping = asyncio.Event()
        self._secrets: SecretStatus | None = None

    async def run(self) -> None:
        """Serve until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stopping.set)
        store = open_store(self._live.loaded.state.secrets, self._paths)
        resolver = Resolver(store)
        reaper = Reaper()
        history = History(self._paths.history_db)
        async with HttpClient() as client:
            oauth = OAuthSessions(BackgroundStore(store), resolver.resolve)
            tools = ConnectionDeps(client, reaper, resolver.resolve, oauth)
            core = Core(self._live.loaded, tools, history.record, self._paths.state_dir)
            await self._restore_limits(core, history)
            entry = McpEntry(core)

            def follow_secrets(before: Snapshot, after: Snapshot) -> None:
                """Another place for secrets: everything is read from there, and connected anew."""
                if before.state.secrets != after.state.secrets:
                    store.use(after.state.secrets)
                    resolver.forget(None)
                    oauth.forget(None)
                    core.registry.reopen_soon("${secret:")

            core.follow(follow_secrets)
            host = Host(
                instance_id=self._instance_id,
                url=self._settings.base_url,
                started=time.time(),
                sessions=lambda: len(entry.sessions),
                config_error=lambda: self._live.error,
                secrets=lambda: self._secrets,
                reload=lambda: self._live.reload(core),
                forget_secret=resolver.forget,
                stop=self._stopping.set,
            )
            public = _server(build_app(core, entry, self._instance_id), self._certificate)
            control = _server(ControlApi(core, host).app())
            control_socket = _control_socket(self._paths.socket)
            core.start()
            tasks = [
                asyncio.create_task(public.serve([self._listener]), name="public server"),
                asyncio.create_task(control.serve([control_socket]), name="control server"),
                asyncio.create_task(self._live.follow(core), name="watch state"),
                asyncio.create_task(core.recorder.run(), name="recorder"),
                asyncio.create_task(self._sweep(core, entry), name="sweep"),
                asyncio.create_task(self._look_at_secrets(store.status), name="secrets"),
            ]
            if self._certificate is not None:
                tasks.append(asyncio.create_task(self._certificate.follow(), name="certificate"))
            self._announce()
            stop = asyncio.create_task(self._stopping.wait(), name="stop")
            await asyncio.wait([stop, *tasks[:2]], return_when=asyncio.FIRST_COMPLETED)
            log.info("stopping")
            core.hub.end_all()
            public.should_exit = control.should_exit = True
            await asyncio.gather(*tasks[:2], return_exceptions=True)
            for task in (*tasks[2:], stop):
                task.cancel()
            await asyncio.gather(*tasks[2:], stop, return_exceptions=True)
            await core.close()
            await oauth.close()
            await reaper.close()
        for file in (self._paths.gateway_json, self._paths.socket):
            file.unlink(missing_ok=True)
        log.info("stopped")

    async def _restore_limits(self, core: Core, history: History) -> None:
        """A restart does not give anybody a new minute."""
        state = core.snapshot.state
        limits = [key.rpm for key in state.keys.values()] + [team.rpm for team in state.teams.values()]
        if any(rpm is not None for rpm in limits):
            try:
                core.restore_limits(await asyncio.to_thread(history.sent_since, time.time() - WINDOW))
            except HistoryError as error:
                log.warning("limits begin anew: %s", error.message)

    def _announce(self) -> None:
        """Tell the supervisor who we are; written whole or not at all."""
        content = {
            "pid": os.getpid(),
            "instance_id": self._instance_id,
            "url": self._settings.base_url,
            "version": __version__,
            "started": time.time(),
        }
        temporary = self._paths.gateway_json.with_suffix(".tmp")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        temporary.replace(self._paths.gateway_json)
        log.info("mcptui gateway %s listens on %s", __version__, self._settings.base_url)

    async def _sweep(self, core: Core, entry: McpEntry) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY)
            entry.sessions.end_idle()
            core.end_idle()

    async def _look_at_secrets(self, status: Callable[[], SecretStatus]) -> None:
        """State of the store, in a thread: a keyring may take a second, or hang.

        A home without ``${secret:…}`` never loads one, which saves ten megabytes.
        """
        while True:
            if "${secret:" in repr(self._live.loaded.state):
                try:
                    self._secrets = await asyncio.to_thread(status)
                except McptuiError as error:
                    self._secrets = SecretStatus(
                        backend="none", state="unavailable", detail=error.message, hint=error.hint
                    )
            await asyncio.sleep(_SWEEP_EVERY)


def _server(app: ASGIApp, certificate: Certificate | None = None) -> _Server:
    config = uvicorn.Config(
        app,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE,
    )
    config.load()
    if certificate is not None:
        config.ssl = certificate.context
    return _Server(config)


def _control_socket(path: Path) -> socket.socket:
    """A socket that only this account can open, whatever the umask."""
    path.unlink(missing_ok=True)
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        control.bind(str(path))
    finally:
        os.umask(mask)
    control.listen(64)
    control.setblocking(False)
    return control
