"""A gateway made of values: what it answers is set, what it was asked is recorded."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from mcptui.control.interface import no_answer
from mcptui.errors import McptuiError, NotFoundError
from mcptui.gateway.control.history import HistoryApi
from mcptui.model import Server
from mcptui.model.runtime import (
    ACKNOWLEDGED,
    CallEvent,
    CallRecord,
    ConnectedClient,
    GatewayStatus,
    Json,
    JsonObject,
    Listed,
    ProbeStep,
    ServerNotification,
)
from mcptui.secrets.known import KnownSecrets
from mcptui.services.ports import GatewayPort
from mcptui.stores.history.log import History
from mcptui.stores.history.port import HistoryStore
from tests.support.histories import FOR_EVER

T = TypeVar("T")

STATUS = GatewayStatus(
    instance_id="fake",
    pid=4321,
    version="0.1.0",
    url="http://127.0.0.1:4000",
    started=0.0,
    revision="0" * 64,
)


class BriefHistory(History):
    """Closes its file after each use: nobody else does in a test."""

    async def _use(self, use: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await super()._use(use)
        finally:
            await self.close()


@dataclass
class FakeGateway(HistoryApi, GatewayPort):
    """Nothing is started and nothing connects; a method that is not here raises NotImplementedError.

    Attributes:
        running: the status while it runs; None when it does not.
        crashed: whether it ended by itself, when it does not run.
        starts_as: the status after ``start``.
        start_error: raised by ``start`` and ``restart`` while set.
        status_error: raised by ``status`` while set.
        by_key: what a key sees; the entry None is the owner's.
        steps: the steps of every probe; an error among them is raised.
        events: the events of a call by method, or by tool name for ``tools/call``.
        records: the traffic so far.
        lines: the log.
        connected: the connected clients.
        heard: what servers say outside of calls.
        updates_of: by URI, what is told of a resource.
        history: the file of the recorded calls; None for none.
        known: the secrets in use.
        asked: every request in order, as (method, arguments…).
    """

    running: GatewayStatus | None = None
    crashed: bool = False
    starts_as: GatewayStatus = STATUS
    start_error: McptuiError | None = None
    status_error: McptuiError | None = None
    by_key: Mapping[str | None, Listed] = field(default_factory=dict)
    steps: Sequence[ProbeStep | McptuiError] = ()
    events: Mapping[str, Sequence[CallEvent | McptuiError]] = field(default_factory=dict)
    records: list[CallRecord] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    connected: Sequence[ConnectedClient] = ()
    heard: Sequence[ServerNotification] = ()
    updates_of: dict[str, asyncio.Queue[ServerNotification | None]] = field(default_factory=dict)
    history: Path | None = None
    known: KnownSecrets = field(default_factory=KnownSecrets)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def calls_store(self) -> HistoryStore:
        """The history of ``history``, as long as the gateway runs."""
        if self.running is None:
            raise no_answer()
        return BriefHistory(self.history, FOR_EVER)

    async def record(self, records: Sequence[CallRecord]) -> None:
        """Have the history contain ``records``."""
        assert self.history is not None
        await BriefHistory(self.history, FOR_EVER).record(records)

    async def status(self) -> GatewayStatus | None:
        """The running gateway, or None."""
        if self.status_error is not None:
            raise self.status_error
        return self.running

    async def has_crashed(self) -> bool:
        """Whether it ended by itself; :attr:`crashed` says so."""
        return self.running is None and self.crashed

    async def start(self) -> GatewayStatus:
        """Run as ``starts_as``, or stay as it is when it runs."""
        self.asked.append(("start",))
        if self.start_error is not None:
            raise self.start_error
        self.running = self.running or self.starts_as
        return self.running

    async def stop(self) -> None:
        """Stop running."""
        self.asked.append(("stop",))
        self.running = None

    async def restart(self) -> GatewayStatus:
        """Run as ``starts_as``."""
        self.asked.append(("restart",))
        if self.start_error is not None:
            raise self.start_error
        self.running = self.starts_as
        return self.running

    async def attend(self) -> AsyncGenerator[bool, None]:
        """Stay until the caller goes."""
        self.asked.append(("attend",))
        yield True
        await asyncio.Event().wait()

    async def reload(self) -> str:
        """The revision of the running status."""
        if self.running is None:
            raise no_answer()
        self.asked.append(("reload",))
        return self.running.revision

    async def logs(self, lines: int = 200) -> list[str]:
        """The last of ``lines``."""
        return self.lines[-lines:]

    async def follow_logs(self) -> AsyncIterator[str]:
        """Nothing new comes."""
        for line in self.lines[:0]:
            yield line

    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        """What ``by_key`` holds, reduced to one server."""
        self.asked.append(("listed", key, server))
        listed = self.by_key.get(key, Listed())
        if server is None:
            return listed
        owners = {name: owner for name, owner in listed.owners.items() if owner[0] == server}
        return replace(
            listed,
            tools=[tool for tool in listed.tools if tool["name"] in owners],
            prompts=[prompt for prompt in listed.prompts if prompt["name"] in owners],
            resources=[resource for resource in listed.resources if resource["uri"] in owners],
            templates=[template for template in listed.templates if template["uriTemplate"] in owners],
            owners=owners,
        )

    async def call(
        self, method: str, params: JsonObject | None = None, *, key: str | None = None
    ) -> AsyncGenerator[CallEvent, None]:
        """The scripted events."""
        self.asked.append(("call", method, params, key))
        name = params.get("name") if params and method == "tools/call" else None
        for event in self.events.get(name or method, self.events.get(method, ())):
            if isinstance(event, McptuiError):
                raise event
            yield event

    async def without_secrets(self, texts: Sequence[str]) -> list[str]:
        """``texts`` without those of ``known``."""
        return [self.known.without(text) for text in texts]

    async def answer(self, id_: Any, result: Json = None, error: Json = None) -> None:
        """Note the answer."""
        self.asked.append(("answer", id_, result, error))

    async def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        """The scripted steps."""
        self.asked.append(("probe", server))
        for step in self.steps:
            if isinstance(step, McptuiError):
                raise step
            yield step

    async def traffic(self, since: int = 0, *, follow: bool = False) -> AsyncGenerator[CallRecord, None]:
        """The records after ``since``; it ends also where the real one follows."""
        for record in tuple(self.records):
            if record.id > since:
                yield record

    async def notifications(self, key: str | None = None) -> AsyncGenerator[ServerNotification, None]:
        """Those of ``heard``, then nothing more."""
        self.asked.append(("notifications", key))
        for heard in self.heard:
            yield heard
        await asyncio.Event().wait()

    async def updates(self, uri: str, key: str | None = None) -> AsyncGenerator[ServerNotification, None]:
        """What is put into ``updates_of``; None ends it."""
        self.asked.append(("updates", uri, key))
        queue = self.updates_of.setdefault(uri, asyncio.Queue())
        yield ServerNotification(method=ACKNOWLEDGED, server="files")
        while (heard := await queue.get()) is not None:
            yield heard

    async def clients(self) -> list[ConnectedClient]:
        """Those of ``connected``."""
        if self.running is None:
            raise no_answer()
        return list(self.connected)

    async def disconnect(self, id_: str) -> int:
        """Forget the client."""
        self.asked.append(("disconnect", id_))
        found = [client for client in self.connected if client.id == id_]
        if not found:
            raise NotFoundError("no such client is connected (any more)")
        self.connected = [client for client in self.connected if client.id != id_]
        return sum(client.sessions + client.streams + client.calls for client in found)

    async def refresh(self, server: str) -> None:
        """Note the request."""
        self.asked.append(("refresh", server))

    async def log_in(self, server: str, key: str | None = None) -> AsyncGenerator[CallEvent, None]:
        """The events scripted for the method "login"."""
        self.asked.append(("log_in", server, key))
        for event in self.events.get("login", ()):
            if isinstance(event, McptuiError):
                raise event
            yield event

    async def paste_login(self, id_: str, url: str) -> None:
        """Note the URL."""
        self.asked.append(("paste_login", id_, url))

    async def log_out(self, server: str, key: str | None = None) -> None:
        """Note the request."""
        self.asked.append(("log_out", server, key))

    async def secret_changed(self, path: str | None) -> None:
        """Note the path."""
        self.asked.append(("secret_changed", path))

    async def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        """The events scripted for the method "chat"; where a question is the last one, it stays unanswered."""
        self.asked.append(("chat", request))
        events = self.events.get("chat", ())
        for event in events:
            if isinstance(event, McptuiError):
                raise event
            yield event
        if events and isinstance(events[-1], CallEvent) and events[-1].type in ("approval", "ask"):
            await asyncio.Event().wait()
