"""Calls through the control API, as a chosen key: what is tested is what a client of that key gets."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from mcptui import __version__
from mcptui.gateway.control.task_calls import run_as_task, runs_as_task
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.pipeline import execute
from mcptui.gateway.principal import principal_named
from mcptui.model import Server
from mcptui.model.runtime import CallEvent, Listed
from mcptui.protocol.errors import INVALID_REQUEST, RpcError
from mcptui.protocol.versions import LATEST_HANDSHAKE
from mcptui.tasks import start_task

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mcptui.gateway.core import Core
    from mcptui.secrets.known import KnownSecrets

#: The person at the app or the command line can be asked everything.
_CAPABILITIES: Final[dict[str, Any]] = {"sampling": {}, "elicitation": {"form": {}, "url": {}}, "roots": {}}
_PROGRESS: Final = "control"


class ControlCalls:
    """Runs requests and holds the questions that they ask meanwhile."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._ids = itertools.count(1)
        self._questions: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @property
    def servers(self) -> Mapping[str, Server]:
        """The servers as they are configured now."""
        return self._core.snapshot.state.servers

    @property
    def known(self) -> KnownSecrets:
        """The secrets in use."""
        return self._core.tools.known

    def answer(self, id_: str, result: Any, error: Any) -> bool:
        """Answer an open question; False if there is none of that id."""
        waiting = self._questions.get(id_)
        if waiting is None or waiting.done():
            return False
        if error is not None:
            waiting.set_exception(RpcError.from_wire(error))
        else:
            waiting.set_result(result if isinstance(result, dict) else {})
        return True

    async def wait_for(self, id_: str) -> dict[str, Any]:
        """Wait until somebody answers the question ``id_``.

        Raises:
            RpcError: the answer is a refusal.
        """
        self._questions[id_] = asyncio.get_running_loop().create_future()
        try:
            return await self._questions[id_]
        finally:
            del self._questions[id_]

    def exchange(self, key: str | None, method: str, params: dict[str, Any]) -> Exchange:
        """A request of ``key`` (None: the owner) that comes from the app."""
        return Exchange(
            principal=principal_named(key),
            snapshot=self._core.snapshot,
            era="handshake",
            version=LATEST_HANDSHAKE,
            method=method,
            params=params,
            capabilities=_CAPABILITIES,
            client_info={"name": "mcptui", "title": "mcptui app", "version": __version__},
            log_level="debug",
            session=f"control/{key or ''}",
        )

    async def listed(self, key: str | None, server: str | None) -> Listed:
        """What ``key`` sees, or the part of it that ``server`` offers, with the owners of all names."""
        # A look at the lists starts no process only to know what clients see that declare as much as the app.
        view = await self._core.relay.ready_view(self.exchange(key, "tools/list", {}), starting=False)
        owners: dict[str, tuple[str, str]] = {**view.tools, **view.prompts}
        owners |= {uri: (owner, uri) for uri, owner in view.resources.items()}
        templates = view.items["resources/templates/list"]
        template_owners = tuple(template.server for template in view.templates)
        owners |= {
            item["uriTemplate"]: (owner, item["uriTemplate"])
            for item, owner in zip(templates, template_owners, strict=True)
        }

        def of(method: str, servers: Iterable[str]) -> list[dict[str, Any]]:
            return [item for item, owner in zip(view.items[method], servers, strict=True) if server in (None, owner)]

        return Listed(
            tools=of("tools/list", (owner for owner, _ in view.tools.values())),
            prompts=of("prompts/list", (owner for owner, _ in view.prompts.values())),
            resources=of("resources/list", view.resource_owners),
            templates=of("resources/templates/list", template_owners),
            owners={name: owner for name, owner in owners.items() if server is None or owner[0] == server},
        )

    def call(self, key: str | None, method: str, params: dict[str, Any]) -> AsyncGenerator[CallEvent, None]:
        """Events of one request, ending with "result" or "error"."""
        return self.follow(self.exchange(key, method, params))

    async def follow(self, exchange: Exchange) -> AsyncGenerator[CallEvent, None]:
        """Make the request of ``exchange``, whose times are known afterwards; events as of :meth:`call`."""
        queue: asyncio.Queue[CallEvent] = asyncio.Queue()
        meta = exchange.params.get("_meta")
        meta = {**(meta if isinstance(meta, dict) else {}), "progressToken": _PROGRESS}
        exchange.params = {**exchange.params, "_meta": meta}

        async def notify(name: str, value: dict[str, Any]) -> None:
            if name == "notifications/progress":
                queue.put_nowait(CallEvent(type="progress", value=value))
            elif name == "notifications/message":
                queue.put_nowait(CallEvent(type="log", value=value))

        async def ask(name: str, value: dict[str, Any]) -> dict[str, Any]:
            id_ = f"ask-{next(self._ids)}"
            queue.put_nowait(CallEvent(type="ask", value={"id": id_, "method": name, "params": value}))
            return await self.wait_for(id_)

        exchange.notify, exchange.ask = notify, ask
        task = start_task(self._run(exchange), name=f"control {exchange.method}", awaited=True)
        task.add_done_callback(lambda done: None if done.cancelled() else queue.put_nowait(done.result()))
        try:
            while True:
                event = await queue.get()
                yield event
                if event.type in ("result", "error"):
                    return
        finally:
            task.cancel()

    @staticmethod
    def check_key(exchange: Exchange) -> None:
        """A client with a key that does not work gets nowhere; neither does a test with it."""
        key = exchange.snapshot.key(exchange.principal)
        if key is not None and not exchange.snapshot.is_valid(exchange.principal):
            raise RpcError(INVALID_REQUEST, f"Key {key.name} is disabled or has expired.")

    async def _run(self, exchange: Exchange) -> CallEvent:
        """The last event of ``exchange``."""
        try:
            self.check_key(exchange)
            if runs_as_task(self._core, exchange):
                return CallEvent(type="result", value=await run_as_task(self._core, exchange, execute))
            return CallEvent(type="result", value=await execute(self._core, exchange))
        except RpcError as error:
            return CallEvent(type="error", value=error.to_wire())
