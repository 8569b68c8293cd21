"""What stands behind the recorded exchanges: one gateway, scripted servers and a scripted provider.

The only module here that imports from the product.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import urlsplit

from aiohttp import web

from mcptui import __version__ as VERSION
from mcptui.gateway.fronts.http import client_watch
from mcptui.model import GatewaySettings, Group, LlmModel, Server, State
from mcptui.model.auth import ApiKey
from mcptui.protocol.errors import RpcError
from tests.support.gateway import RunningGateway, key, running_gateway, state
from tests.support.provider import Refusal, Round, Says, ScriptedProvider
from tests.support.questions import asking
from tests.support.upstream import Handler, Incoming, ScriptedUpstream, text

__all__ = ["VERSION", "Refusal", "Round", "Says", "World", "running_world", "text"]

Json = dict[str, Any]

MAX_BODY: Final = 200_000
#: Nothing listens there.
_NOWHERE: Final = "http://127.0.0.1:1"
_LEVELS: Final = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
#: What a server echoes of the headers of a request.
_SHOWN_HEADERS: Final = (
    "authorization",
    "x-api-key",
    "x-custom",
    "x-plain",
    "mcp-protocol-version",
    "mcp-method",
    "mcp-name",
    "mcp-param-region",
)
#: A tool of the server "odd" → the HTTP response to its call.
_ODD: Final[Mapping[str, tuple[int, str, str]]] = {
    "http400": (400, "text/plain", "bad"),
    "http401": (401, "text/plain", "who are you"),
    "http403": (403, "text/plain", "not you"),
    "http404": (404, "text/plain", "nothing"),
    "http500": (500, "text/plain", "it broke"),
    "http503": (503, "text/html", "<h1>later</h1>"),
    "html": (200, "text/html", "<p>hello"),
    "no_json": (200, "application/json", "{"),
    "no_message": (200, "application/json", "[]"),
    "empty": (200, "application/json", ""),
    "no_result": (200, "application/json", '{"jsonrpc":"2.0","id":1}'),
}


@dataclass(slots=True)
class World:
    """Everything that runs."""

    gateway: RunningGateway
    control_socket: Path
    provider: ScriptedProvider
    servers: Mapping[str, ScriptedUpstream]
    #: The state in effect.
    state: State
    #: Let the tools "gate" go on.
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the gateway."""
        parts = urlsplit(self.gateway.url)
        return parts.hostname or "", parts.port or 0

    @property
    def ports(self) -> Mapping[int, str]:
        """Port → who listens there."""
        urls = {"gateway": self.gateway.url, "provider": self.provider.url}
        urls |= {name: server.url for name, server in self.servers.items()}
        return {urlsplit(url).port or 0: name for name, url in urls.items()}

    def change(self, **sections: Any) -> None:
        """Put other sections into effect."""
        self.state = replace(self.state, **sections)
        self.gateway.put(self.state)

    def change_key(self, name: str, **fields: Any) -> None:
        """Put another form of a key into effect."""
        self.change(keys={**self.state.keys, name: replace(self.state.keys[name], **fields)})

    def answers(self, *rounds: Round) -> None:
        """What the provider says from now on, request after request."""
        self.provider.asked.clear()
        self.provider.rounds = list(rounds)

    async def called(self, server: str, tool: str, count: int = 1) -> None:
        """Wait until ``tool`` was called."""

        def enough() -> bool:
            calls = self.servers[server].messages("tools/call")
            return [call["params"]["name"] for call in calls].count(tool) >= count

        await self.servers[server].until(enough)


async def _echo(incoming: Incoming) -> Json:
    return text(json.dumps(incoming.arguments, sort_keys=True))


async def _params(incoming: Incoming) -> Json:
    shown = {name: value for name, value in incoming.params.items() if name != "_meta"}
    return text(json.dumps(shown, sort_keys=True))


async def _add(incoming: Incoming) -> Json:
    return text(str(incoming.arguments.get("a", 0) + incoming.arguments.get("b", 0)))


async def _boom(_: Incoming) -> Json:
    return {**text("it exploded"), "isError": True}


async def _fail(_: Incoming) -> Json:
    raise RpcError(-32050, "it failed", {"why": ["broken", 1]})


async def _invalid(_: Incoming) -> Json:
    raise RpcError(-32602, "no such argument")


async def _login(_: Incoming) -> Json:
    entry = {"mode": "url", "elicitationId": "e-1", "url": "https://login.example/?a=1", "message": "Log in"}
    raise RpcError(-32042, "log in first", {"elicitations": [entry]})


async def _steps(incoming: Incoming) -> Json:
    token = (incoming.params.get("_meta") or {}).get("progressToken")
    for step in (1, 2, 3):
        if token is not None:
            params = {"progressToken": token, "progress": step, "total": 3, "message": f"step {step}"}
            await incoming.notify("notifications/progress", params)
    return text("done")


async def _logs(incoming: Incoming) -> Json:
    for level in _LEVELS:
        await incoming.notify("notifications/message", {"level": level, "logger": "scripted", "data": {"is": level}})
    return text("logged")


async def _big(incoming: Incoming) -> Json:
    return text("0123456789" * int(incoming.arguments.get("tens", 10_000)))


async def _structured(_: Incoming) -> Json:
    content: list[Json] = [
        {"type": "text", "text": "ä €  \u2028 \u0000 😀 </script>"},
        {"type": "image", "data": "AAAA", "mimeType": "image/png", "annotations": {"audience": ["user"]}},
        {"type": "audio", "data": "AAAA", "mimeType": "audio/wav"},
        {"type": "resource", "resource": {"uri": "file:///a", "text": "x", "mimeType": "text/plain"}},
        {"type": "resource_link", "uri": "file:///b", "name": "b"},
    ]
    whole = {"n": 1.0, "big": 12345678901234567890, "tiny": 1e-7, "none": None, "list": [True, {}]}
    return {"content": content, "structuredContent": whole, "_meta": {"vendor/x": 1}, "extra": "kept"}


async def _no_content(_: Incoming) -> Json:
    return {}


async def _hang(_: Incoming) -> Json:
    await asyncio.Event().wait()
    return {}


async def _headers(incoming: Incoming) -> Json:
    given = {name.lower(): value for name, value in incoming.request.headers.items()}
    return text(json.dumps({name: given[name] for name in _SHOWN_HEADERS if name in given}))


async def _task(incoming: Incoming) -> Json:
    task = {"taskId": "t1", "status": "working", "createdAt": "2026-01-01T00:00:00Z", "ttl": 60000}
    return {"task": task} if incoming.session else {"resultType": "task", **task}


async def _task_get(incoming: Incoming) -> Json:
    return {"taskId": incoming.params["taskId"], "status": "working"}


async def _task_result(_: Incoming) -> Json:
    return text("of the task")


async def _ask_for_prompt(incoming: Incoming) -> Json:
    if incoming.params["name"] == "broken":
        raise RpcError(-32603, "the prompt broke")
    said = json.dumps(incoming.params.get("arguments"), sort_keys=True)
    messages = [{"role": "user", "content": {"type": "text", "text": f"{incoming.params['name']} {said}"}}]
    return {"description": "a prompt", "messages": messages}


async def _read(incoming: Incoming) -> Json:
    uri = incoming.params["uri"]
    if uri == "file:///missing":
        raise RpcError(-32002, "Resource not found", {"uri": uri})
    if uri == "file:///blob":
        return {"contents": [{"uri": uri, "blob": "AAEC", "mimeType": "application/octet-stream"}]}
    return {"contents": [{"uri": uri, "text": f"content of {uri}", "mimeType": "text/plain"}]}


_REGION: Final = {
    "inputSchema": {
        "type": "object",
        "properties": {"region": {"type": "string", "x-mcp-header": "Region"}, "n": {"type": "integer"}},
    }
}


def _definitions(name: str) -> dict[str, Json]:
    return {
        "add": {
            "description": f"Add at {name}",
            "title": "Add",
            "annotations": {"readOnlyHint": True},
            "inputSchema": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}},
        },
        "region": _REGION,
        "structured": {"outputSchema": {"type": "object"}, "icons": [{"src": "https://x.example/i.png"}]},
    }


def _rich(name: str, era: Any, gate: asyncio.Event) -> ScriptedUpstream:
    """A server with everything, of one era."""

    async def gated(incoming: Incoming) -> Json:
        await _steps(incoming)
        await gate.wait()
        await incoming.notify("notifications/message", {"level": "error", "data": "after the gate"})
        return text("through the gate")

    tools: dict[str, Handler] = {
        "add": _add, "ask": asking(era), "big": _big, "boom": _boom, "echo": _echo, "fail": _fail, "gate": gated,
        "hang": _hang, "headers": _headers, "invalid": _invalid, "login": _login, "logs": _logs,
        "no_content": _no_content, "params": _params, "region": _headers, "steps": _steps,
        "structured": _structured, "task": _task,
    }  # fmt: skip
    return ScriptedUpstream(
        eras=(era,),
        tools=tools,
        definitions=_definitions(name),
        prompts=[
            {"name": "greet", "description": "Greets", "arguments": [{"name": "who", "required": True}]},
            {"name": "broken"},
        ],
        resources=[
            {"uri": f"file:///{name}", "name": "own"},
            {"uri": "file:///both", "name": "both", "mimeType": "text/plain"},
            {"uri": "file:///blob", "name": "blob"},
            {"uri": "file:///missing", "name": "missing"},
        ],
        templates=[{"uriTemplate": f"{name}://{{path}}", "name": "any", "description": "any path"}],
        instructions=f"Use {name} well.",
        handlers={
            "prompts/get": _ask_for_prompt,
            "resources/read": _read,
            "tasks/get": _task_get,
            "tasks/cancel": _task_get,
            "tasks/result": _task_result,
        },
    )


async def _odd_response(request: web.Request) -> web.StreamResponse | None:
    body = await request.read()
    message = json.loads(body) if body else {}
    if message.get("method") != "tools/call" or message["params"]["name"] not in _ODD:
        return None
    status, kind, content = _ODD[message["params"]["name"]]
    return web.Response(status=status, text=content, content_type=kind)


def _many() -> ScriptedUpstream:
    """A server with more of everything than one page has."""
    return ScriptedUpstream(
        tools={f"t{number:04}": _echo for number in range(1_100)},
        prompts=[{"name": f"p{number:04}"} for number in range(1_001)],
        resources=[{"uri": f"many:{number:04}", "name": "r"} for number in range(2_001)],
        templates=[],
    )


def _servers(gate: asyncio.Event) -> dict[str, ScriptedUpstream]:
    return {
        "hs": _rich("hs", "handshake", gate),
        "st": _rich("st", "stateless", gate),
        "api": ScriptedUpstream(tools={"headers": _headers}, definitions={"headers": {"description": "what came"}}),
        "odd": ScriptedUpstream(tools=dict.fromkeys(_ODD, _echo), raw=_odd_response),
        "many": _many(),
        "quiet": ScriptedUpstream(capabilities={"tools": {}}, tools={"echo": _echo}),
    }


_USUAL: Final = ("hs", "st")


def _keys() -> list[Any]:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    return [
        key("all", servers=_USUAL),
        key("wide", servers=("hs", "st", "api", "odd", "quiet", "gone", "off")),
        key("hs-only", servers=("hs",)),
        key("api", servers=("api",)),
        key("many", servers=("many",)),
        key("grouped", servers=("@pair",)),
        key("limited", servers=_USUAL, tools={"hs": ("add", "e*"), "st": ("!add", "!fail")}),
        key("nothing", servers=()),
        key("unsaid"),
        key("no-resp", servers=_USUAL, models=("!resp",)),
        key("off", servers=_USUAL, enabled=False),
        key("old", servers=_USUAL, expires=past),
        key("elsewhere", servers=_USUAL, networks=("10.0.0.0/8",)),
        key("slow", servers=_USUAL, rpm=1),
        key("single", servers=_USUAL, max_concurrent=1),
    ]


def _state(servers: Mapping[str, ScriptedUpstream], provider: ScriptedProvider) -> State:
    plain = [Server(name=name, url=servers[name].url) for name in ("hs", "st", "odd", "many", "quiet")]
    api = Server(
        name="api",
        url=servers["api"].url,
        auth=ApiKey(),
        headers={"x-custom": "fixed"},
        forward_headers=("x-plain",),
    )
    gone = Server(name="gone", url=f"{_NOWHERE}/mcp")
    off = Server(name="off", url=servers["hs"].url, enabled=False)
    settings = GatewaySettings(
        max_body_bytes=MAX_BODY,
        allowed_hosts=("gateway.example",),
        allowed_origins=("https://friend.example",),
        cors_origins=("https://app.example",),
    )
    models = {
        "chat": LlmModel(name="chat", base_url=provider.url, model="upstream-model", api="chat", api_key="sk-p"),
        "resp": LlmModel(name="resp", base_url=provider.url, model="resp", api_key="sk-p"),
        "renamed": LlmModel(name="renamed", base_url=provider.url, model="upstream-model", api_key="sk-p"),
        "vendor/slash": LlmModel(name="vendor/slash", base_url=provider.url, model="m", api="chat"),
    }
    pair = Group(name="pair", servers=_USUAL)
    empty = Group(name="empty")
    return state(
        *plain, api, gone, off, *_keys(), groups={"pair": pair, "empty": empty}, models=models, gateway=settings
    )


@asynccontextmanager
async def running_world(folder: Path) -> AsyncIterator[World]:
    """Everything, running; the control socket is in ``folder``."""
    gate = asyncio.Event()
    servers = _servers(gate)
    # However slow the machine is, an answer has the form of one that comes at once.
    at_once = patch.object(client_watch, "SHOW_LIFE_AFTER", 3600.0)
    async with ScriptedProvider() as provider, _running(servers):
        socket, initial = folder / "s", _state(servers, provider)
        with at_once:
            async with running_gateway(initial, socket) as gateway:
                # Numbers of records are told from others by their size.
                gateway.core.recorder.begin_after(1_700_000_000_000)
                await gateway.read()
                yield World(gateway, socket, provider, servers, initial, gate)


@asynccontextmanager
async def _running(servers: Mapping[str, ScriptedUpstream]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for server in servers.values():
            await stack.enter_async_context(server)
        yield
