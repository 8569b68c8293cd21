"""What every path of the public port has in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import httpx2
import pytest

from mcptui.gateway.fronts.http.paths import Handler, Paths
from mcptui.model import Server
from mcptui.model.names import RESERVED_SERVER_NAMES, server_name_problem
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


async def test_no_server_can_have_the_name_of_a_path(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    added: set[str] = set()
    add = Paths.add

    def note(paths: Paths, path: str, handler: Handler, *methods: str) -> None:
        added.add(path)
        add(paths, path, handler, *methods)

    monkeypatch.setattr(Paths, "add", note)
    await serve()
    firsts = {path.split("/")[1] for path in added} - {"{servers}"}
    assert [name for name in firsts if server_name_problem(name) is None] == []
    # One that nothing answers yet.
    assert RESERVED_SERVER_NAMES - firsts == {"metrics"}


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


@pytest.mark.parametrize(("path", "says"), [("", "ok"), ("/liveliness", "alive"), ("/readiness", "ready")])
async def test_health_needs_no_key_and_tells_nothing_else(
    gateway: RunningGateway, http: httpx2.AsyncClient, path: str, says: str
) -> None:
    response = await http.get(f"{gateway.url}/health{path}")
    assert (response.status_code, response.json()) == (200, {"status": says})


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
