"""What every path of the public port has in common."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import httpx2
import pytest

from mcptui.model import GatewaySettings, Group, Server
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]

PATHS = [
    ("GET", "/health"),
    ("GET", "/health/liveliness"),
    ("GET", "/health/readiness"),
    ("POST", "/mcp"),
    ("GET", "/mcp"),
    ("DELETE", "/mcp"),
    ("POST", "/mcp/a"),
    ("POST", "/a/mcp"),
    ("GET", "/sse"),
    ("POST", "/messages"),
    ("POST", "/v1/responses"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/v1/models"),
    ("GET", "/.well-known/oauth-protected-resource"),
    ("POST", "/register"),
    ("GET", "/nothing"),
]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream) -> RunningGateway:
    return await serve(Server(name="a", url=a.url), key("all", servers=("*",)), key("none"), key("off", enabled=False))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path))
async def test_foreign_host_and_origin_are_refused_everywhere(
    gateway: RunningGateway, http: httpx2.AsyncClient, path: tuple[str, str]
) -> None:
    for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}, {"origin": "null"}):
        for credential in ({}, {"authorization": "Bearer sk-all"}):
            response = await http.request(path[0], gateway.url + path[1], headers=headers | credential)
            assert response.status_code == 403
            assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("method", "path"), [path for path in PATHS if "mcp" in path[1] or path[1] in ("/sse", "/messages")]
)
async def test_no_way_in_without_a_key(
    gateway: RunningGateway, http: httpx2.AsyncClient, a: ScriptedUpstream, method: str, path: str
) -> None:
    arrived = len(a.seen)
    for credential, reason in (
        ({}, "key_missing"),
        ({"authorization": "Bearer wrong"}, "key_unknown"),
        ({"authorization": "Bearer sk-off"}, "key_disabled"),
        ({"x-litellm-api-key": "wrong", "authorization": "Bearer sk-all"}, "key_unknown"),
    ):
        response = await http.request(method, gateway.url + path, headers=credential)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert response.json()["error"] == reason
    assert len(a.seen) == arrived


async def test_a_key_in_the_url_is_none(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    for query in ("api_key=sk-all", "key=sk-all", "access_token=sk-all"):
        assert (await http.post(f"{gateway.url}/mcp?{query}")).status_code == 401


async def test_two_credentials_are_a_bad_request(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    headers = [("authorization", "Bearer sk-all"), ("authorization", "Bearer sk-none")]
    response = await http.post(f"{gateway.url}/mcp", headers=headers)
    assert response.status_code == 400
    assert response.json()["error"] == "key_ambiguous"


async def test_health_needs_no_key_and_names_no_server(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    for path in ("/health", "/health/liveliness", "/health/readiness"):
        response = await http.get(gateway.url + path)
        assert response.status_code == 200
        assert '"a"' not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/mcp/.well-known/openid-configuration",
        "/register",
        "/authorize",
        "/token",
        "/nothing",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_oauth_probes_end_with_json(
    gateway: RunningGateway, http: httpx2.AsyncClient, method: str, path: str
) -> None:
    response = await http.request(method, gateway.url + path)
    assert response.status_code == 404
    assert response.json()["error"] == "not_found"
    assert "www-authenticate" not in response.headers


@pytest.mark.parametrize("path", ["/MCP", "//mcp", "/./mcp", "/mcp%2f", "/mcp/a/b", "/x/../mcp", "/mcp;x", "/%6dcp/"])
async def test_paths_that_look_alike_ask_for_a_key_too(gateway: RunningGateway, path: str) -> None:
    """Whatever the router makes of a path, nothing but 401 or 404 comes back without a key."""
    status, _ = await raw(gateway.url, f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{{}}")
    assert status in (401, 404)


@pytest.mark.parametrize(
    "head",
    [
        "POST http://evil.example/mcp HTTP/1.1\r\nHost: evil.example",
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1/health?",
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1#",
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example",
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nOrigin: http://evil.example",
    ],
)
async def test_confusing_requests_are_refused(gateway: RunningGateway, head: str) -> None:
    status, _ = await raw(gateway.url, f"{head}\r\nAuthorization: Bearer sk-all\r\nContent-Length: 2\r\n\r\n{{}}")
    assert status in (400, 403)


async def test_forwarded_headers_change_nothing(gateway: RunningGateway, wire: Callable[..., Wire]) -> None:
    client = wire(gateway)
    client.headers |= {
        "x-forwarded-host": "evil.example", "x-forwarded-for": "10.0.0.1", "x-original-url": "/health",
        "forwarded": "host=evil.example", "x-forwarded-prefix": "/a",
    }  # fmt: skip
    assert await client.names() == ["a__echo", "a__delete"]


async def raw(url: str, request: str) -> tuple[int, bytes]:
    """Bytes as they are, past any client's good manners."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request.encode("latin-1"))
    async with asyncio.timeout(10):
        head = await reader.readline()
        writer.close()
        await writer.wait_closed()
    return int(head.split()[1]), head


async def test_a_compressed_body_is_no_json(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    """No bomb can go off where nothing is unpacked."""
    headers = {"authorization": "Bearer sk-all", "content-type": "application/json", "content-encoding": "gzip"}
    response = await http.post(f"{gateway.url}/mcp", content=gzip.compress(b" " * 1_000_000), headers=headers)
    assert response.status_code == 400


# -- which servers ------------------------------------------------------------------------------------------


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


# -- bodies -------------------------------------------------------------------------------------------------


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
