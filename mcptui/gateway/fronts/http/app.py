"""The public ASGI application: MCP paths, the OpenAI API, health, and 404 JSON where OAuth clients look."""

from __future__ import annotations

from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.incoming import ClientGoneError, Headers, Incoming, send_whole
from mcptui.gateway.fronts.http.paths import MethodNotAllowedError, Paths
from mcptui.gateway.fronts.mcp.entry import McpEntry
from mcptui.gateway.fronts.openai.front import OpenAiFront
from mcptui.gateway.identity.networks import client_address
from mcptui.gateway.identity.proxies import apply_forwarded
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc

#: No redirect of /mcp/ to /mcp: clients lose their credentials on the way.
_MCP_PATHS: Final = ("/mcp", "/mcp/", "/mcp/{servers}", "/{servers}/mcp")
_OAUTH_PATHS: Final = (
    "/.well-known/{rest:path}",
    "/mcp/.well-known/{rest:path}",
    "/register",
    "/authorize",
    "/token",
)


class _PublicApp:
    """Turns a request of ASGI into one that fronts know, when its Host and Origin are in order, and finds its front."""

    def __init__(self, entry: McpEntry, paths: Paths) -> None:
        self._entry = entry
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, entry = h.group(scope["headers"]), self._entry
        client = scope["client"]
        address: str | None = client[0] if client else None
        if entry.proxies:
            apply_forwarded(address, headers, entry.proxies)
            address = client_address(address, headers, entry.proxies)
        incoming = Incoming(scope["method"], scope["path"], scope["query_string"], headers, address, receive, send)
        refusal = entry.guard.refusal(headers)
        if refusal is not None:
            entry.refuse(incoming, refusal)
            body = jsonrpc.encode({"error": "forbidden", "message": refusal})
            await incoming.answer_json(403, body)
            return
        origin = entry.cors.allows(headers)
        if origin is not None:
            if incoming.method == "OPTIONS" and "access-control-request-method" in headers:
                await entry.cors.preflight(origin, incoming)
                return
            incoming.send = entry.cors.marking(origin, send)
        try:
            handler = self._paths.find(incoming)
        except MethodNotAllowedError as error:
            allow = (b"allow", ", ".join(error.allowed).encode())
            await _page(incoming, 405, b"Method Not Allowed", b"text/plain; charset=utf-8", [allow])
            return
        try:
            await (_nothing if handler is None else handler)(incoming)
        except ClientGoneError:
            return  # in the middle of its request: it reads no answer


def build_app(core: Core, entry: McpEntry) -> ASGIApp:
    """Everything that is reachable on the public port."""

    async def health(incoming: Incoming) -> None:
        await _json_page(incoming, 200, {"status": "ok"})

    async def liveliness(incoming: Incoming) -> None:
        await _json_page(incoming, 200, {"status": "alive"})

    async def readiness(incoming: Incoming) -> None:
        await _json_page(incoming, 200, {"status": "ready"})

    paths = Paths()
    paths.add("/health", health, "GET")
    paths.add("/health/liveliness", liveliness, "GET")
    paths.add("/health/readiness", readiness, "GET")
    for path in _OAUTH_PATHS:
        paths.add(path, _no_oauth, "GET", "POST", "OPTIONS")
    OpenAiFront(core).add_to(paths)
    paths.add("/sse", entry.sse, "GET")
    paths.add("/messages", entry.messages, "POST")
    for path in _MCP_PATHS:
        paths.add(path, entry.mcp, "POST", "GET", "DELETE")
    return _PublicApp(entry, paths)


async def _no_oauth(incoming: Incoming) -> None:
    """Clients probe these after a 401; a clear 404 ends their search (no login that cannot end)."""
    await _json_page(incoming, 404, {"error": "not_found", "message": "This gateway has no OAuth; send a key."})


async def _nothing(incoming: Incoming) -> None:
    message = "There is nothing here; MCP clients use /mcp."
    await _json_page(incoming, 404, {"error": "not_found", "message": message})


async def _json_page(incoming: Incoming, status: int, value: dict[str, Any]) -> None:
    await _page(incoming, status, jsonrpc.encode(value), b"application/json")


async def _page(incoming: Incoming, status: int, body: bytes, kind: bytes, headers: Headers = ()) -> None:
    size = (b"content-length", b"%d" % len(body))
    await send_whole(incoming.send, status, [*headers, size, (b"content-type", kind)], (body,))
