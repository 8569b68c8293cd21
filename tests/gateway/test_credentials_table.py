"""Every auth_type with every source of a credential over every transport, by what a recording server received."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.model.setting import make, settings_of
from mcptui.upstream.oauth.grant import Client, Grant
from tests.gateway.conftest import echo
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream, Seen
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

#: auth_type → what arrives with: the configured value, x-mcp-auth, x-mcp-{server}-authorization. With both of
#: the client's, the one that names the server wins.
TABLE: Final[dict[str, tuple[dict[str, str], dict[str, str], dict[str, str]]]] = {
    "none": ({}, {"authorization": "Bearer CLI"}, {"authorization": "Bearer PS"}),
    "api_key": ({"x-api-key": "user:conf"}, {"x-api-key": "Bearer CLI"}, {"authorization": "Bearer PS"}),
    "bearer_token": (
        {"authorization": "Bearer user:conf"},
        {"authorization": "Bearer CLI"},
        {"authorization": "Bearer PS"},
    ),
    "basic": (
        {"authorization": "Basic dXNlcjpjb25m"},
        {"authorization": "Basic Y2xpOnB3"},
        {"authorization": "Bearer PS"},
    ),
    "authorization": ({"authorization": "user:conf"}, {"authorization": "Bearer CLI"}, {"authorization": "Bearer PS"}),
    "token": ({"authorization": "token user:conf"}, {"authorization": "Bearer CLI"}, {"authorization": "Bearer PS"}),
    "oauth2": ({"authorization": "Bearer user:conf"}, {"authorization": "Bearer CLI"}, {"authorization": "Bearer PS"}),
}
SOURCES: Final = ("configured", "x-mcp-auth", "x-mcp-server", "both")
TRANSPORTS: Final = ("http stateless", "http handshake", "sse")

#: Headers that could carry a credential.
_CREDENTIALS: Final = ("authorization", "x-api-key", "x-litellm-api-key", "x-mcptui-key", "cookie")


class SseTransport:
    """The transport of 2024-11-05 for a scripted server: any number of streams, answers on them."""

    def __init__(self) -> None:
        self._streams: dict[str, web.StreamResponse] = {}

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            id_ = str(len(self._streams))
            self._streams[id_] = stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
            await stream.prepare(request)
            await stream.write(f"event: endpoint\ndata: /messages?id={id_}\n\n".encode())
            await asyncio.Event().wait()
        message = await request.json()
        result = {
            "initialize": {"protocolVersion": "2024-11-05", "capabilities": {"tools": {}}},
            "tools/list": {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]},
            "tools/call": {"content": []},
        }.get(message["method"], {})
        if "id" in message:
            answer = {"jsonrpc": "2.0", "id": message["id"], "result": result}
            stream = self._streams[request.query["id"]]
            await stream.write(b"event: message\ndata: " + json.dumps(answer).encode() + b"\n\n")
        return web.Response(status=202)


@asynccontextmanager
async def recording(transport: str) -> AsyncIterator[tuple[ScriptedUpstream, dict[str, Any]]]:
    """A server that remembers everything, and the options that it is configured with."""
    era: Any = "stateless" if transport == "http stateless" else "handshake"
    async with ScriptedUpstream(eras=(era,), tools={"echo": echo}) as upstream:
        if transport == "sse":
            upstream.raw = SseTransport()
        yield upstream, {"url": upstream.url, "transport": "sse" if transport == "sse" else "http"}


def client_headers(server: str, auth_type: str, source: str) -> dict[str, str]:
    headers = {}
    if source in ("x-mcp-auth", "both"):
        headers["x-mcp-auth"] = "cli:pw" if auth_type == "basic" else "Bearer CLI"
    if source in ("x-mcp-server", "both"):
        headers[f"x-mcp-{server}-authorization"] = "Bearer PS"
    return headers


def expected(auth_type: str, source: str) -> dict[str, str]:
    return TABLE[auth_type][{"configured": 0, "x-mcp-auth": 1}.get(source, 2)]


def credentials(seen: Seen) -> dict[str, str]:
    return {name: value for name, value in seen.headers.items() if name in _CREDENTIALS or name.startswith("x-mcp-")}


def calls_of(upstream: ScriptedUpstream, server: str) -> list[dict[str, str]]:
    return [credentials(seen) for seen in upstream.requests("tools/call") if seen.headers["x-which"] == server]


def test_the_table_has_every_kind() -> None:
    assert tuple(TABLE) == settings_of(Server)["auth_type"].choices


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("source", SOURCES)
async def test_what_arrives(serve: Serve, wire: Connect, transport: str, source: str) -> None:
    async with recording(transport) as (upstream, options):
        names = {auth_type: f"s-{auth_type}" for auth_type in TABLE}
        servers = [
            make(
                Server,
                {
                    "name": name,
                    "auth_type": auth_type,
                    "auth_value": "user:conf",
                    "headers": {"X-Which": name},
                    **options,
                },
            )
            for auth_type, name in names.items()
        ]
        gateway = await serve(*servers, key("all", servers=("*",)), read=False)
        grant = Grant(
            server_url=upstream.url,
            issuer="http://i",
            token_endpoint="http://i/token",
            revocation_endpoint=None,
            resource=upstream.url,
            client=Client(id="c"),
            access_token="user:conf",
        )
        gateway.secrets.set("server/s-oauth2/oauth", grant.to_text())
        await gateway.read()
        for auth_type, name in names.items():
            for key_header in ("authorization", "x-litellm-api-key"):
                client = wire(gateway, path=f"/mcp/{name}")
                client.headers = {key_header: "Bearer sk-all", **client_headers(name, auth_type, source)}
                call = {"name": "echo", "arguments": {}}
                assert await client.names() == ["echo"]
                assert "result" in (await client.ask("tools/call", call)).json()
                session = await client.shake_hands()
                answer = await session.send({"id": 1, "method": "tools/call", "params": call})
                assert "result" in answer.json()
            assert calls_of(upstream, name) == [expected(auth_type, source)] * 4, auth_type
        assert not [seen for seen in upstream.seen if "sk-all" in str(seen.headers)]
