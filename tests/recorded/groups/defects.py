"""HTTP itself: wrong methods, bodies, media types, hosts and origins; health; and paths with nothing."""

from __future__ import annotations

from typing import Any, Final

from tests.recorded.groups.common import call
from tests.recorded.recorder import Client, Scenario, add
from tests.recorded.world import MAX_BODY

SCENARIOS: Final[dict[str, Scenario]] = {}
_BODIES: Final[dict[str, bytes]] = {
    "empty": b"",
    "spaces": b"  ",
    "half": b'{"jsonrpc":"2.0",',
    "text": b"hello",
    "number": b"5",
    "null": b"null",
    "string": b'"x"',
    "array": b"[]",
    "object": b"{}",
    "twice the same member": b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}',
    "not UTF-8": b'{"jsonrpc":"2.0","id":1,"method":"\xff"}',
    "byte order mark": b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}',
    "half of a pair": b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}',
    "NaN": b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}',
    "deep": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b"[" * 2000 + b"]" * 2000 + b"}",
    "more behind it": b'{"jsonrpc":"2.0","id":1,"method":"ping"} x',
    "too large": b" " * (MAX_BODY + 1),
}
_PATHS: Final = ("/mcp", "/mcp/hs", "/hs/mcp", "/v1/responses", "/v1/chat/completions")
for _label, _body in _BODIES.items():

    @add(SCENARIOS, f"body: {_label}")
    async def _(client: Client, body: bytes = _body) -> None:
        for path in _PATHS:
            await client.post(body, path=path)
        await client.post(body, mcp_protocol_version="2026-07-28", mcp_method="ping")


@add(SCENARIOS, "body: large, but not too large")
async def _(client: Client) -> None:
    headers, message = client.stateless("tools/call", call("hs__echo", text="x" * (MAX_BODY - 1_000)))
    await client.send("POST", "/mcp", headers, message)


@add(SCENARIOS, "media types")
async def _(client: Client) -> None:
    for kind in ("text/plain", "application/json; charset=utf-8", "APPLICATION/JSON", "application/jsonx", None, ""):
        for path in ("/mcp", "/v1/chat/completions"):
            await client.post(client.message("ping"), path=path, content_type=kind)


@add(SCENARIOS, "methods of HTTP")
async def _(client: Client) -> None:
    for path in ("/mcp", "/mcp/hs", "/v1/models", "/v1/responses", "/health", "/sse", "/none"):
        for method in ("GET", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE"):
            if (path, method) not in (("/sse", "GET"), ("/health", "HEAD")):
                await client.get(path, method=method)


@add(SCENARIOS, "paths")
async def _(client: Client) -> None:
    for path in (
        "/", "/none", "/none/x", "/health", "/health/liveliness", "/health/readiness", "/health/", "/health/none",
        "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server/mcp",
        "/mcp/.well-known/openid-configuration", "/register", "/authorize", "/token", "/mcp/hs/more", "/a/b/mcp",
        "/mcp//", "//mcp", "/MCP", "/v1", "/v1/", "/v1/none", "/models", "/v1/models/", "/docs", "/openapi.json",
        "/mcp/%68s", "/mcp/hs%2Cst", "/mcp/../health", "/mcp?x=1", "/metrics",
    ):  # fmt: skip
        await client.get(path)
        await client.get(path, None, method="POST")


@add(SCENARIOS, "hosts")
async def _(client: Client) -> None:
    port = client.world.address[1]
    for host in (
        "localhost", f"localhost:{port}", "127.0.0.1", "gateway.example", f"gateway.example:{port}", "GATEWAY.example",
        "evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "[::1]", "0.0.0.0", "", "a b",
    ):  # fmt: skip
        await client.ask("server/discover", path="/mcp/hs", host=host)
        await client.get("/health", None, host=host)


@add(SCENARIOS, "no host, and two")
async def _(client: Client) -> None:
    await client.get("/health", None, host=None)
    await client.send("GET", "/health", [("host", "localhost"), ("host", "evil.example")])


_ORIGINS: Final = (
    "http://localhost", "http://127.0.0.1:8080", "https://gateway.example", "https://friend.example",
    "https://app.example", "https://evil.example", "http://app.example", "null", "", "x", "https://app.example:8443",
)  # fmt: skip


@add(SCENARIOS, "origins")
async def _(client: Client) -> None:
    for origin in _ORIGINS:
        await client.ask("server/discover", path="/mcp/hs", origin=origin)
        await client.get("/v1/models", origin=origin)
        await client.get("/mcp", None, origin=origin)


@add(SCENARIOS, "preflights")
async def _(client: Client) -> None:
    for origin in _ORIGINS:
        for path in ("/mcp", "/v1/responses", "/none"):
            asked: dict[str, Any] = {
                "origin": origin,
                "access-control-request-method": "POST",
                "access-control-request-headers": "authorization, mcp-protocol-version, x-any",
            }
            await client.get(path, None, method="OPTIONS", **asked)
    await client.get("/mcp", None, method="OPTIONS", origin="https://app.example")
    private = {"access-control-request-private-network": "true", "access-control-request-method": "DELETE"}
    await client.get("/mcp", None, method="OPTIONS", origin="https://app.example", **private)


@add(SCENARIOS, "a session across origins")
async def _(client: Client) -> None:
    session = await client.shake_hands(origin="https://app.example")
    await session.ask("tools/call", {**call("hs__steps"), "_meta": {"progressToken": 1}})
    async with session.listen() as stream:
        await stream.until(b"\n\n")
        await session.delete()
        await stream.rest()


@add(SCENARIOS, "headers of a proxy that is not trusted")
async def _(client: Client) -> None:
    forwarded: dict[str, Any] = {
        "x_forwarded_for": "10.0.0.1",
        "x_forwarded_host": "evil.example",
        "x_forwarded_proto": "https",
    }
    await client.ask("server/discover", path="/mcp/hs", **forwarded)
    await client.ask("server/discover", path="/mcp/hs", key="elsewhere", **forwarded)
