"""The way in for MCP: what is asked about, what is sent and accepted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable

import httpx2
import pytest

from mcptui.model import GatewaySettings, Group, Server
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream) -> RunningGateway:
    return await serve(Server(name="a", url=a.url), key("all", servers=("*",)), key("none"), key("off", enabled=False))


async def test_all_servers_or_some_of_them(
    serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream, wire: Callable[..., Wire]
) -> None:
    gateway = await serve(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        Server(name="c", url=b.url, prefix=""),
        key("all", servers=("*",)),
        key("only-a", servers=("a",)),
        groups={"duo": Group(name="duo", servers=("a", "b"))},
    )
    both = ["a__echo", "a__delete", "b__echo", "b__other"]
    assert await wire(gateway, path="/mcp").names() == [*both, "echo", "other"]
    assert await wire(gateway, path="/mcp/").names() == [*both, "echo", "other"]
    for path in ("/mcp/a,b", "/a,b/mcp", "/mcp/duo", "/@duo/mcp", "/mcp/a,%20b", "/mcp/a,b,a,none"):
        assert await wire(gateway, path=path).names() == both, path
    for path in ("/mcp/b", "/b/mcp"):
        assert await wire(gateway, path=path).names() == ["echo", "other"], path
    assert await wire(gateway, "only-a", "/mcp/a,b").names() == ["a__echo", "a__delete"]
    assert await wire(gateway, "only-a", "/mcp/duo").names() == ["a__echo", "a__delete"]

    client = wire(gateway)
    client.headers["x-mcp-servers"] = "b, @duo"
    assert await client.names() == ["b__echo", "b__other", "a__echo", "a__delete"]
    client.headers["x-mcp-servers"] = "a"
    assert await client.names() == ["echo", "delete"]
    assert await client.at("/mcp/b").names() == ["echo", "other"], "the URL wins"


async def test_a_forbidden_server_is_an_unknown_one(
    serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream, wire: Callable[..., Wire]
) -> None:
    gateway = await serve(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        Server(name="off", url=b.url, enabled=False),
        key("only-a", servers=("a",)),
    )
    answers = [
        await wire(gateway, "only-a", f"/mcp/{name}").ask("tools/list") for name in ("b", "off", "none", "b,none", "*,")
    ]
    unknown, forbidden = answers[2], answers[0]
    assert unknown.status_code == forbidden.status_code == 404
    assert unknown.content == forbidden.content == answers[1].content == answers[3].content
    client = wire(gateway, "only-a")
    client.headers["x-mcp-servers"] = "b"
    by_header = await client.ask("tools/list")
    assert (by_header.status_code, by_header.content) == (404, unknown.content)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, -32700),
        (b"{", 400, -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","method":"x"}', 400, -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","Method":"x"}', 400, -32600),
        (b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}', 400, -32700),
        (b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}', 400, -32700),
        (b"[" * 100_000, 400, -32700),
        (b"5", 400, -32600),
        (b"{}", 400, -32600),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', 400, -32600),
    ],
)
async def test_strict_json(
    gateway: RunningGateway, http: httpx2.AsyncClient, body: bytes, status: int, code: int
) -> None:
    headers = {"authorization": "Bearer sk-all", "content-type": "application/json"}
    response = await http.post(f"{gateway.url}/mcp", content=body, headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 200),
        ({"content-type": "APPLICATION/JSON"}, 200),
        ({"content-type": "application/json", "accept": "text/html"}, 406),
    ],
)
async def test_what_is_sent_and_accepted(
    gateway: RunningGateway, http: httpx2.AsyncClient, headers: dict[str, str], status: int
) -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
    response = await http.post(
        f"{gateway.url}/mcp", content=body, headers={"authorization": "Bearer sk-all", **headers}
    )
    assert response.status_code == status


async def test_bodies_have_a_limit(serve: Serve, a: ScriptedUpstream, http: httpx2.AsyncClient) -> None:
    gateway = await serve(
        Server(name="a", url=a.url), key("all", servers=("*",)), gateway=GatewaySettings(max_body_bytes=1_000)
    )
    headers = {"authorization": "Bearer sk-all", "content-type": "application/json"}

    async def chunks() -> object:
        for _ in range(10):
            yield b" " * 200

    announced = await http.post(f"{gateway.url}/mcp", content=b" " * 1_001, headers=headers)
    chunked = await http.post(f"{gateway.url}/mcp", content=chunks(), headers=headers)  # type: ignore[arg-type]
    assert announced.status_code == chunked.status_code == 413
    fits = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode().ljust(1_000)
    assert (await http.post(f"{gateway.url}/mcp", content=fits, headers=headers)).status_code == 200


async def test_messages_have_a_limit_of_values(serve: Serve, a: ScriptedUpstream, http: httpx2.AsyncClient) -> None:
    gateway = await serve(
        Server(name="a", url=a.url), key("all", servers=("*",)), gateway=GatewaySettings(max_json_values=1_000)
    )
    headers = {"authorization": "Bearer sk-all", "content-type": "application/json"}

    def ping(content: object) -> bytes:
        return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"_meta": {"x": content}}}).encode()

    refused = await http.post(f"{gateway.url}/mcp", content=ping([{}] * 1_000), headers=headers)
    assert refused.status_code == 400
    assert "more than 1,000 JSON values" in refused.json()["error"]["message"]
    for content in (["a"] * 900, ",:[{" * 100_000):
        assert (await http.post(f"{gateway.url}/mcp", content=ping(content), headers=headers)).status_code == 200


async def test_a_compressed_body_is_no_json(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    """No bomb can go off where nothing is unpacked."""
    headers = {"authorization": "Bearer sk-all", "content-type": "application/json", "content-encoding": "gzip"}
    response = await http.post(f"{gateway.url}/mcp", content=gzip.compress(b" " * 1_000_000), headers=headers)
    assert response.status_code == 400
