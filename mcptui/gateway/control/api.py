"""What the gateway does for each method of the control API."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from mcptui import __version__
from mcptui.control.interface import API_VERSION, ProcessControl
from mcptui.errors import McptuiError, NotFoundError
from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.control.chat import chat
from mcptui.gateway.control.history import HistoryApi
from mcptui.gateway.control.listening import Listening
from mcptui.gateway.control.logins import Logins
from mcptui.gateway.control.probe import probe
from mcptui.gateway.core import Core
from mcptui.gateway.lifetime.clients import connected_clients, disconnect
from mcptui.gateway.record.redaction import shown_text
from mcptui.model import Server
from mcptui.model.runtime import (
    CallEvent,
    CallRecord,
    ConfigError,
    ConnectedClient,
    Delays,
    GatewayStatus,
    Json,
    JsonObject,
    Listed,
    ProbeStep,
    SecretStatus,
    ServerNotification,
)
from mcptui.stores.history.port import HistoryStore


@dataclass(slots=True)
class Host:
    """What the process tells the control API about itself, and lets it do."""

    instance_id: str
    url: str
    started: float
    sessions: Callable[[], int]
    delays: Callable[[], Delays]
    config_error: Callable[[], ConfigError | None]
    secrets: Callable[[], SecretStatus | None]
    reload: Callable[[], Awaitable[None]]
    forget_secret: Callable[[str | None], None]
    not_kept: Callable[[], str | None]
    restart_for: Callable[[], Sequence[str]]
    stop: Callable[[], None]
    attend: Callable[[], AsyncGenerator[bool, None]]


class ControlApi(HistoryApi, ProcessControl):
    """The handlers behind the socket."""

    def __init__(self, core: Core, host: Host, history: HistoryStore) -> None:
        self._core = core
        self._history = history
        self._host = host
        self._calls = ControlCalls(core)
        self._logins = Logins(core, {})
        self._listening = Listening(core, self._calls)

    @property
    def calls_store(self) -> HistoryStore:
        return self._history

    async def status(self) -> GatewayStatus:
        return GatewayStatus(
            instance_id=self._host.instance_id,
            pid=os.getpid(),
            version=__version__,
            api=API_VERSION,
            url=self._host.url,
            started=self._host.started,
            revision=self._core.snapshot.revision,
            config_error=self._host.config_error(),
            secrets=self._host.secrets(),
            servers=[server.status() for server in self._core.registry.all()],
            sessions=self._host.sessions(),
            delays=self._host.delays(),
            calls=self._core.recorder.calls,
            history_error=self._core.recorder.error,
            not_kept=self._host.not_kept(),
            restart_for=self._host.restart_for(),
        )

    async def stop(self) -> None:
        self._host.stop()

    def attend(self) -> AsyncGenerator[bool, None]:
        return self._host.attend()

    async def reload(self) -> str:
        await self._host.reload()
        if (error := self._host.config_error()) is not None:
            raise McptuiError(error.message, hint=error.hint or "The last valid state is used.")
        return self._core.snapshot.revision

    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        return await self._calls.listed(key, server)

    def call(
        self, method: str, params: JsonObject | None = None, *, key: str | None = None
    ) -> AsyncGenerator[CallEvent, None]:
        return self._calls.call(key, method, params or {})

    def notifications(self, key: str | None = None) -> AsyncGenerator[ServerNotification, None]:
        return self._listening.notifications(key)

    def updates(self, uri: str, key: str | None = None) -> AsyncGenerator[ServerNotification, None]:
        return self._listening.updates(uri, key)

    async def without_secrets(self, texts: Sequence[str]) -> list[str]:
        return [shown_text(text, self._calls.known) for text in texts]

    def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        return chat(self._core, self._calls, request)

    async def answer(self, id_: Json, result: Json = None, error: Json = None) -> None:
        if not self._calls.answer(str(id_), result, error):
            raise NotFoundError("the gateway does not know that (any more)")

    def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        return probe(server, self._core.tools)

    async def traffic(self, since: int = 0, *, follow: bool = False) -> AsyncGenerator[CallRecord, None]:
        if follow:
            async with aclosing(self._core.recorder.watch(since)) as watching:
                async for record in watching:
                    yield record
            return
        for record in self._core.recorder.recent(since):
            yield record

    async def clients(self) -> list[ConnectedClient]:
        return connected_clients(self._core.lifetimes)

    async def disconnect(self, id_: str) -> int:
        if not (ended := disconnect(self._core.lifetimes, id_)):
            raise NotFoundError("no such client is connected (any more)", hint="See: mcptui gateway clients")
        return ended

    async def refresh(self, server: str) -> None:
        if self._core.registry.get(server) is None:
            raise NotFoundError("There is no such server.")
        await self._core.registry.reopen(server)

    def log_in(self, server: str, key: str | None = None) -> AsyncGenerator[CallEvent, None]:
        return self._logins.log_in(server, key)

    async def paste_login(self, id_: str, url: str) -> None:
        self._logins.paste(id_, url)

    async def log_out(self, server: str, key: str | None = None) -> None:
        await self._logins.log_out(server, key)

    async def secret_changed(self, path: str | None) -> None:
        self._host.forget_secret(path)
        self._core.tools.oauth.forget(path)
        await self._core.registry.reopen_using(path)
