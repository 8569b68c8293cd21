"""One gateway, put together. What differs between a process and a test is given; all else is chosen here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Protocol

from mcptui.daemon.delays import DelayGauge
from mcptui.daemon.http_server import served
from mcptui.daemon.live_state import LiveState
from mcptui.daemon.tls import Certificate
from mcptui.errors import McptuiError
from mcptui.gateway.control.api import ControlApi, Host
from mcptui.gateway.control.attendance import Attendance
from mcptui.gateway.control.routes import control_app
from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.app import build_app
from mcptui.gateway.fronts.mcp.entry import McpEntry
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings, SecretSettings
from mcptui.model.runtime import SecretStatus
from mcptui.secrets.background import BackgroundStore
from mcptui.secrets.known import KnownSecrets
from mcptui.secrets.references import uses_secret
from mcptui.secrets.resolver import Resolver
from mcptui.secrets.store import SecretStore
from mcptui.stores.bundle import RENEW_EVERY, Stores
from mcptui.stores.history.errors import HistoryError
from mcptui.stores.rate_limits import WINDOW
from mcptui.tasks import start_task
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper

log = logging.getLogger(__name__)

_SWEEP_EVERY: Final = 30.0


class Secrets(SecretStore, Protocol):
    """A secret store whose place the state file chooses."""

    def use(self, settings: SecretSettings) -> None:
        """Choose the place by other settings."""
        ...


class Gateway:
    """The parts of one gateway.

    Args:
        live: the state in effect.
        secrets: what ``${secret:…}`` and logins are read from.
        stores: what outlives a request.
        networks: how servers and providers are reached.
        url: the base URL under which the gateway is reached.
        known: where the secrets in use become known, for the log.
        not_kept: why nothing outlives the process at the moment, if that is so.
    """

    def __init__(
        self,
        live: LiveState,
        secrets: Secrets,
        stores: Stores,
        networks: Networks,
        url: str,
        known: KnownSecrets | None = None,
        not_kept: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.live = live
        self._started_with = live.loaded.state.gateway
        self.url = url
        self.instance_id = uuid.uuid4().hex
        #: Set to end the gateway.
        self.stopping = asyncio.Event()
        self._not_kept = not_kept
        self._secrets = secrets
        self._secret_status: SecretStatus | None = None
        self._stores = stores
        known = KnownSecrets() if known is None else known
        self._resolver = Resolver(secrets, known)
        self._reaper = Reaper()
        resolve, locks = self._resolver.resolve, stores.token_locks
        self._oauth = OAuthSessions(BackgroundStore(secrets), resolve, locks, networks, known)
        deps = ConnectionDeps(networks, self._reaper, resolve, self._oauth, limits=self._settings, known=known)
        self.core = Core(live.loaded, deps, stores)
        self._delays = DelayGauge(lambda: self.core.recorder.calls)
        self.entry = McpEntry(self.core, self.instance_id)
        self._attendance = Attendance(lambda: self._settings().survive_app is False, self.stopping.set)
        self.core.follow(self._follow_secrets)

    def _follow_secrets(self, before: Snapshot, after: Snapshot) -> None:
        """Another place for secrets: everything is read from there, and connected anew."""
        if before.state.secrets != after.state.secrets:
            self._secrets.use(after.state.secrets)
            self._resolver.forget(None)
            self._oauth.forget(None)
            self.core.registry.reopen_soon()

    @contextlib.asynccontextmanager
    async def running(
        self,
        public: socket.socket,
        control: socket.socket | None,
        *,
        grace: float,
        control_token: str | None = None,
        certificate: Certificate | None = None,
    ) -> AsyncIterator[None]:
        """Serve on the two sockets during the block.

        Args:
            public: where clients come.
            control: where app and command line come; None where nobody does.
            grace: how long requests under way may take at the end, seconds.
            control_token: what whoever comes to the second has to show; None for nothing.
            certificate: for TLS on the public socket.
        """
        await self._restore()
        app = build_app(self.core, self.entry)
        self.core.start()
        works = {
            "watch state": self.live.follow(self.core),
            "recorder": self.core.recorder.run(),
            "delays": self._delays.run(),
            "sweep": _again_and_again(self._sweep, _SWEEP_EVERY),
            "renew": _again_and_again(self._renew, RENEW_EVERY),
            "secrets": _again_and_again(self._look_at_secrets, _SWEEP_EVERY),
        }
        if certificate is not None:
            works["certificate"] = certificate.follow()
        tasks = [start_task(work, name=name) for name, work in works.items()]
        try:
            async with contextlib.AsyncExitStack() as stack:
                if control is not None:
                    api = ControlApi(self.core, self._host(), self._stores.history)
                    await stack.enter_async_context(
                        served(control_app(api, control_token), control, self._settings, grace=grace)
                    )
                await stack.enter_async_context(
                    served(app, public, self._settings, grace=grace, certificate=certificate)
                )
                try:
                    yield
                finally:
                    self.core.hub.end_all()
                    self.core.recorder.end_watching()
                    self._attendance.end()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()

    def _settings(self) -> GatewaySettings:
        return self.core.snapshot.state.gateway

    async def _close(self) -> None:
        self.entry.sessions.end_all()
        await self.core.close()
        await self._oauth.close()
        await self._reaper.close()
        await self.core.recorder.flush_all()
        await self._stores.close()

    def _host(self) -> Host:
        return Host(
            instance_id=self.instance_id,
            url=self.url,
            started=time.time(),
            sessions=lambda: len(self.entry.sessions),
            delays=self._delays.value,
            config_error=lambda: self.live.error,
            secrets=lambda: self._secret_status,
            reload=lambda: self.live.reload(self.core),
            forget_secret=self._resolver.forget,
            not_kept=self._not_kept,
            restart_for=lambda: self._settings().restart_for(self._started_with),
            stop=self.stopping.set,
            attend=self._attendance.attend,
        )

    async def _restore(self) -> None:
        """A restart gives no record the number of another, and nobody a new minute."""
        state = self.core.snapshot.state
        limits = [key.rpm for key in state.keys.values()] + [team.rpm for team in state.teams.values()]
        try:
            self.core.recorder.begin_after(await self._stores.history.newest())
            if any(rpm is not None for rpm in limits):
                self.core.restore_limits(await self._stores.history.sent_since(time.time() - WINDOW))
        except HistoryError as error:
            self.core.recorder.error = error.message
            log.warning("limits start from zero: %s", error.message)

    async def _sweep(self) -> None:
        self.entry.sessions.end_idle()
        self.core.end_idle()
        await self._stores.responses.forget_old()

    async def _renew(self) -> None:
        """Other replicas see that this one lives."""
        await self._stores.renew(self.instance_id)

    async def _look_at_secrets(self) -> None:
        """State of the store, in a thread: a keyring may take a second, or hang.

        A home without ``${secret:…}`` never loads one, which saves ten megabytes.
        """
        if uses_secret(self.live.loaded.state):
            self._secret_status = await asyncio.to_thread(_status, self._secrets.status)


async def _again_and_again(work: Callable[[], Awaitable[None]], pause: float) -> None:
    """Do ``work`` every ``pause`` seconds, until cancelled; a failure is logged and does not end it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("work in the background failed; it is tried again in %s s", pause)
        await asyncio.sleep(pause)


def _status(status: Callable[[], SecretStatus]) -> SecretStatus:
    try:
        return status()
    except McptuiError as error:
        return SecretStatus(backend="none", state="unavailable", detail=error.message, hint=error.hint)
