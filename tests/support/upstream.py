"""A scripted MCP server over HTTP inside the test's own event loop, in one era or both."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from aiohttp import web

from mcptui.protocol.errors import INVALID_REQUEST, METHOD_NOT_FOUND, RpcError
from mcptui.protocol.stateless import META_SUBSCRIPTION, META_VERSION
from mcptui.protocol.versions import LATEST_STATELESS, Era, negotiate_handshake
from tests.support.aiohttp_server import runner_of

Item = dict[str, Any]
Raw = Callable[[web.Request], Awaitable[web.StreamResponse | None]]

_MEMBERS: Final = {
    "tools/list": "tools",
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}


def text(value: str) -> Item:
    """The result of a tool that says ``value``."""
    return {"content": [{"type": "text", "text": value}]}


@dataclass(frozen=True, slots=True)
class Seen:
    """One HTTP request as it arrived; ``message`` is None where there was no JSON body."""

    http_method: str
    headers: Mapping[str, str]
    message: Any


@dataclass(slots=True)
class Incoming:
    """One JSON-RPC request with the way back to who sent it."""

    request: web.Request
    id: Any
    method: str
    params: Item
    session: str | None
    server: ScriptedUpstream
    stream: web.StreamResponse | None = None

    @property
    def arguments(self) -> Item:
        """The arguments of a tool call."""
        value: Item = self.params.get("arguments") or {}
        return value

    async def send(self, message: Item) -> None:
        """Put a message on the stream of this request, opened by the first one."""
        if self.stream is None:
            self.stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
            await self.stream.prepare(self.request)
        await self.stream.write(b"event: message\ndata: " + json.dumps(message).encode() + b"\n\n")

    async def notify(self, method: str, params: Item) -> None:
        """Send a notification on the stream of this request."""
        await self.send({"jsonrpc": "2.0", "method": method, "params": params})

    async def ask(self, method: str, params: Item) -> Item:
        """Ask the client and wait; the whole response comes back (handshake era)."""
        self.server.questions += 1
        id_ = f"q{self.server.questions}"
        answer: asyncio.Future[Item] = asyncio.get_running_loop().create_future()
        self.server.waiting[id_] = answer
        await self.send({"jsonrpc": "2.0", "id": id_, "method": method, "params": params})
        return await answer


Handler = Callable[[Incoming], Awaitable[Item]]


@dataclass(slots=True)
class ScriptedUpstream:
    """Lists what it is given, calls Python functions, and remembers every request.

    Everything may be changed while it runs; :meth:`announce` tells whoever listens.
    """

    eras: tuple[Era, ...] = ("handshake",)
    tools: dict[str, Handler] = field(default_factory=dict)
    #: Members of single tools beside name and an open input schema.
    definitions: dict[str, Item] = field(default_factory=dict)
    prompts: list[Item] = field(default_factory=list)
    resources: list[Item] = field(default_factory=list)
    templates: list[Item] = field(default_factory=list)
    capabilities: Item = field(
        default_factory=lambda: {
            "tools": {"listChanged": True},
            "prompts": {"listChanged": True},
            "resources": {"listChanged": True, "subscribe": True},
            "completions": {},
            "logging": {},
        }
    )
    instructions: str | None = None
    #: Method → function, in place of the normal answer.
    handlers: dict[str, Handler] = field(default_factory=dict)
    #: Looks at every HTTP request first; None goes on.
    raw: Raw | None = None
    #: What it is served over, where that is not plain HTTP.
    tls: ssl.SSLContext | None = None
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    waiting: dict[str, asyncio.Future[Item]] = field(default_factory=dict)
    questions: int = 0
    _session_count: int = 0
    _listeners: list[tuple[str | None, asyncio.Queue[Item]]] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _running: dict[tuple[str | None, Any], asyncio.Task[Any]] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    # -- life ---------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**28)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = runner_of(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls)
        await site.start()
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self._runner.addresses[0][1]}/mcp"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # -- for tests ------------------------------------------------------------------------------------------

    def messages(self, method: str) -> list[Item]:
        """The messages of ``method`` that arrived so far."""
        return [
            seen.message
            for seen in self.seen
            if isinstance(seen.message, dict) and seen.message.get("method") == method
        ]

    def requests(self, method: str) -> list[Seen]:
        """The HTTP requests that carried ``method``."""
        return [seen for seen in self.seen if isinstance(seen.message, dict) and seen.message.get("method") == method]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until ``condition`` holds; it is looked at whenever something arrives or ends."""
        async with self._changed:
            await self._changed.wait_for(condition)

    async def listened(self, count: int = 1) -> None:
        """Wait until ``count`` streams for announcements are open."""
        await self.until(lambda: len(self._listeners) >= count)

    def announce(self, method: str, params: Item | None = None, session: str | None = None) -> None:
        """Send a notification on every open stream for announcements, or on that of one session."""
        for owner, queue in self._listeners:
            if session in (None, owner):
                queue.put_nowait({"jsonrpc": "2.0", "method": method, "params": params or {}})

    def forget_sessions(self) -> None:
        """Behave as after a restart."""
        self.sessions.clear()

    # -- HTTP ---------------------------------------------------------------------------------------------

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            message: Any = json.loads(body) if body else None
        except ValueError:
            message = None
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append(Seen(request.method, headers, message))
        await self._tell()
        if self.raw is not None and (response := await self.raw(request)) is not None:
            return response
        session = headers.get("mcp-session-id")
        if request.method == "GET":
            return await self._stand_by(request, session)
        if request.method == "DELETE":
            self.sessions.discard(session or "")
            return web.Response(status=204)
        return await self._post(request, message, session)

    async def _stand_by(self, request: web.Request, session: str | None) -> web.StreamResponse:
        if "handshake" not in self.eras:
            return web.Response(status=405)
        if session not in self.sessions:
            return web.Response(status=404)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await self._pump(lambda message: response.write(b"data: " + json.dumps(message).encode() + b"\n\n"), session)
        return response

    async def _pump(self, write: Callable[[Item], Awaitable[None]], session: str | None = None) -> None:
        queue: asyncio.Queue[Item] = asyncio.Queue()
        self._listeners.append((session, queue))
        await self._tell()
        try:
            while True:
                await write(await queue.get())
        finally:
            self._listeners.remove((session, queue))

    async def _post(self, request: web.Request, message: Item, session: str | None) -> web.StreamResponse:
        method, id_ = message.get("method"), message.get("id")
        params: Item = message.get("params") or {}
        era: Era = "stateless" if META_VERSION in (params.get("_meta") or {}) else "handshake"
        if era not in self.eras:
            return self._failed(id_, RpcError(INVALID_REQUEST, f"this server has no {era} era"), 400)
        if era == "handshake" and method != "initialize" and session not in self.sessions:
            return web.Response(status=404)
        if method is None:
            self.waiting.pop(str(id_)).set_result(message)
            return web.Response(status=202)
        if id_ is None:
            running = self._running.get((session, params.get("requestId")))
            if method == "notifications/cancelled" and running is not None:
                running.cancel()
            return web.Response(status=202)
        incoming = Incoming(request, id_, method, params, session, self)
        work = asyncio.ensure_future(self._answer(incoming, era))
        running_as = (session, id_) if session else (None, work)
        self._running[running_as] = work
        try:
            response = await work
        except RpcError as error:
            if incoming.stream is None:
                return self._failed(id_, error, 400 if era == "stateless" else 200)
            response = {"jsonrpc": "2.0", "id": id_, "error": error.to_wire()}
        except asyncio.CancelledError:
            work.cancel()
            raise
        finally:
            self._running.pop(running_as, None)
            await asyncio.shield(self._tell())
        if incoming.stream is not None:
            await incoming.send(response)
            await incoming.stream.write_eof()
            return incoming.stream
        answer = web.json_response(response)
        if method == "initialize":
            self._session_count += 1
            answer.headers["mcp-session-id"] = new = f"s{self._session_count}"
            self.sessions.add(new)
        return answer

    @staticmethod
    def _failed(id_: Any, error: RpcError, status: int) -> web.Response:
        return web.json_response({"jsonrpc": "2.0", "id": id_, "error": error.to_wire()}, status=status)

    # -- MCP ----------------------------------------------------------------------------------------------

    async def _answer(self, incoming: Incoming, era: Era) -> Item:
        result = await self.handlers.get(incoming.method, self._normally)(incoming)
        if era == "stateless":
            result = {"resultType": "complete", **result}
        return {"jsonrpc": "2.0", "id": incoming.id, "result": result}

    async def _normally(self, incoming: Incoming) -> Item:
        method, params = incoming.method, incoming.params
        about: Item = {"capabilities": self.capabilities}
        if self.instructions is not None:
            about["instructions"] = self.instructions
        if method == "initialize":
            version = negotiate_handshake(params.get("protocolVersion"))
            return {"protocolVersion": version, "serverInfo": {"name": "scripted", "version": "1"}, **about}
        if method == "server/discover":
            return {"supportedVersions": [LATEST_STATELESS], "ttlMs": 0, "cacheScope": "private", **about}
        if method in _MEMBERS:
            return {_MEMBERS[method]: self._listed(method)}
        if method == "tools/call" and params["name"] in self.tools:
            return await self.tools[params["name"]](incoming)
        if method == "prompts/get":
            return {"messages": [{"role": "user", "content": {"type": "text", "text": params["name"]}}]}
        if method == "resources/read":
            return {"contents": [{"uri": params["uri"], "text": "content"}]}
        if method in ("resources/subscribe", "resources/unsubscribe", "ping"):
            return {}
        if method == "completion/complete":
            return {"completion": {"values": [json.dumps(params["ref"], sort_keys=True)]}}
        if method == "subscriptions/listen":
            return await self._listen(incoming)
        raise RpcError(METHOD_NOT_FOUND, f"Method not found: {method}")

    def _listed(self, method: str) -> list[Item]:
        if method == "tools/list":
            return [
                {"name": name, "inputSchema": {"type": "object"}, **self.definitions.get(name, {})}
                for name in self.tools
            ]
        return {"prompts/list": self.prompts, "resources/list": self.resources}.get(method, self.templates)

    async def _listen(self, incoming: Incoming) -> Item:
        tag = {META_SUBSCRIPTION: incoming.id}
        await incoming.notify(
            "notifications/subscriptions/acknowledged",
            {"notifications": incoming.params["notifications"], "_meta": tag},
        )

        async def write(message: Item) -> None:
            await incoming.send(message | {"params": message["params"] | {"_meta": tag}})

        await self._pump(write)
        return {}
