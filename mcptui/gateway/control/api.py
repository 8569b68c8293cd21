"""The routes of the control API; streams are one JSON object a line."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import asdict, dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mcptui import __version__
from mcptui.errors import McptuiError, NotFoundError
from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.control.chat import chat
from mcptui.gateway.control.logins import Logins
from mcptui.gateway.control.probe import probe
from mcptui.gateway.core import Core
from mcptui.model import Server
from mcptui.model.runtime import ConfigError, GatewayStatus, SecretStatus
from mcptui.model.setting import make
from mcptui.protocol import jsonrpc


@dataclass(slots=True)
class Host:
    """What the process tells the control API about itself, and lets it do."""

    instance_id: str
    url: str
    started: float
    sessions: Callable[[], int]
    config_error: Callable[[], ConfigError | None]
    secrets: Callable[[], SecretStatus | None]
    reload: Callable[[], Awaitable[None]]
    forget_secret: Callable[[str | None], None]
    stop: Callable[[], None]


class ControlApi:
    """The application behind the socket."""

    def __init__(self, core: Core, host: Host) -> None:
        self._core = core
        self._host = host
        self._calls = ControlCalls(core)
        self._logins = Logins(core, {})

    def app(self) -> Starlette:
        """All routes."""
        return Starlette(
            routes=[
                Route("/status", self._status),
                Route("/reload", self._reload, methods=["POST"]),
                Route("/stop", self._stop, methods=["POST"]),
                Route("/listed", self._listed),
                Route("/call", self._call, methods=["POST"]),
                Route("/chat", self._chat, methods=["POST"]),
                Route("/answer", self._answer, methods=["POST"]),
                Route("/probe", self._try_server, methods=["POST"]),
                Route("/traffic", self._traffic),
                Route("/servers/{name}/refresh", self._refresh, methods=["POST"]),
                Route("/servers/{name}/login", self._log_in, methods=["POST"]),
                Route("/servers/{name}/logout", self._log_out, methods=["POST"]),
                Route("/logins/{id}", self._paste, methods=["POST"]),
                Route("/secret-changed", self._secret_changed, methods=["POST"]),
            ],
            exception_handlers={McptuiError: self._failed},
        )

    async def _status(self, _: Request) -> Response:
        value = GatewayStatus(
            instance_id=self._host.instance_id,
            pid=os.getpid(),
            version=__version__,
            url=self._host.url,
            started=self._host.started,
            revision=self._core.snapshot.revision,
            config_error=self._host.config_error(),
            secrets=self._host.secrets(),
            servers=[server.status() for server in self._core.registry.all()],
            sessions=self._host.sessions(),
            calls=self._core.recorder.calls,
        )
        return _json(asdict(value))

    async def _reload(self, _: Request) -> Response:
        await self._host.reload()
        error = self._host.config_error()
        return _json({"revision": self._core.snapshot.revision, "config_error": asdict(error) if error else None})

    async def _stop(self, _: Request) -> Response:
        self._host.stop()
        return _json({"stopping": True})

    async def _listed(self, request: Request) -> Response:
        query = request.query_params
        return _json(asdict(await self._calls.listed(query.get("key"), query.get("server"))))

    async def _call(self, request: Request) -> Response:
        body = await request.json()
        events = self._calls.call(body.get("key"), body["method"], body.get("params") or {})
        return _lines(asdict(event) async for event in events)

    async def _chat(self, request: Request) -> Response:
        events = chat(self._core, self._calls, await request.json())
        return _lines(asdict(event) async for event in events)

    async def _answer(self, request: Request) -> Response:
        body = await request.json()
        known = self._calls.answer(str(body["id"]), body.get("result"), body.get("error"))
        return _json({"known": known}, 200 if known else 404)

    async def _try_server(self, request: Request) -> Response:
        server = _server(await request.json())
        return _lines(asdict(step) async for step in probe(server, self._core.tools))

    async def _traffic(self, request: Request) -> Response:
        since = int(request.query_params.get("since", 0))
        follow = request.query_params.get("follow") == "1"

        async def records() -> AsyncIterator[dict[str, Any]]:
            if follow:
                async with aclosing(self._core.recorder.watch(since)) as watching:
                    async for record in watching:
                        yield asdict(record)
            for record in self._core.recorder.recent(since):
                yield asdict(record)

        return _lines(records())

    async def _refresh(self, request: Request) -> Response:
        server = self._core.registry.get(request.path_params["name"])
        if server is None:
            return _json({"error": "not_found", "message": "There is no such server."}, 404)
        await self._core.registry.reopen(request.path_params["name"])
        return _json({"refreshing": True})

    async def _log_in(self, request: Request) -> Response:
        body = await request.json()
        events = self._logins.log_in(request.path_params["name"], body.get("key"))
        return _lines(asdict(event) async for event in events)

    async def _log_out(self, request: Request) -> Response:
        body = await request.json()
        await self._logins.log_out(request.path_params["name"], body.get("key"))
        return _json({"logged_out": True})

    async def _paste(self, request: Request) -> Response:
        body = await request.json()
        self._logins.paste(request.path_params["id"], str(body["url"]))
        return _json({"taken": True})

    async def _secret_changed(self, request: Request) -> Response:
        body = await request.json()
        path = body.get("path")
        self._host.forget_secret(path)
        self._core.tools.oauth.forget(path)
        await self._core.registry.reopen_with("${secret:" if path is None else f"${{secret:{path}}}")
        return _json({"forgotten": True})

    async def _failed(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, McptuiError)
        status = 404 if isinstance(error, NotFoundError) else 422
        return _json({"error": "failed", "message": error.message, "hint": error.hint}, status)


def _json(value: Any, status: int = 200) -> Response:
    return Response(jsonrpc.encode(value), status, media_type="application/json")


def _lines(values: AsyncIterator[dict[str, Any]]) -> StreamingResponse:
    async def encoded() -> AsyncIterator[bytes]:
        async for value in values:
            yield jsonrpc.encode(value) + b"\n"

    return StreamingResponse(encoded(), media_type="application/x-ndjson")


def _server(value: dict[str, Any]) -> Server:
    """A server from its JSON form, which has lists where the value has tuples."""
    fields: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in value.items()}
    return make(Server, fields)
