"""The public ASGI application: MCP paths, the OpenAI API, health, and 404 JSON where OAuth clients look."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from mcptui import __version__
from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.answer import send_json
from mcptui.gateway.fronts.mcp.entry import GROUPED_HEADERS, McpEntry
from mcptui.gateway.fronts.openai.front import openai_routes
from mcptui.gateway.identity.proxies import apply_forwarded
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc

_MCP_METHODS: Final = ["POST", "GET", "DELETE"]


class _Guarded:
    """Host and Origin checks in front of every path, with and without a key."""

    def __init__(self, app: ASGIApp, entry: McpEntry) -> None:
        self._app = app
        self._entry = entry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, entry = h.group(scope["headers"]), self._entry
        if entry.proxies:
            apply_forwarded(scope, headers, entry.proxies)
        refusal = entry.guard.refusal(headers)
        if refusal is not None:
            await send_json(send, 403, jsonrpc.encode({"error": "forbidden", "message": refusal}))
            return
        scope[GROUPED_HEADERS] = headers
        origin = entry.cors.allows(headers)
        if origin is not None:
            if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                await entry.cors.preflight(origin, headers, send)
                return
            send = entry.cors.marking(origin, send)
        await self._app(scope, receive, send)


def build_app(core: Core, entry: McpEntry, instance_id: str) -> ASGIApp:
    """Everything that is reachable on the public port."""

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "version": __version__, "instance_id": instance_id})

    async def liveliness(_: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def readiness(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ready", "revision": core.snapshot.revision[:12]})

    async def no_oauth(_: Request) -> JSONResponse:
        # Clients probe these after a 401; a clear 404 ends their search (no login that cannot end).
        body = {"error": "not_found", "message": "This gateway has no OAuth; send a key."}
        return JSONResponse(body, status_code=404)

    not_found = JSONResponse(
        {"error": "not_found", "message": "There is nothing here; MCP clients use /mcp."}, status_code=404
    )

    oauth = [
        Route(path, no_oauth, methods=["GET", "POST", "OPTIONS"])
        for path in (
            "/.well-known/{rest:path}",
            "/mcp/.well-known/{rest:path}",
            "/register",
            "/authorize",
            "/token",
        )
    ]
    routes = [
        Route("/mcp", entry, methods=_MCP_METHODS),
        Route("/mcp/", entry, methods=_MCP_METHODS),
        Route("/sse", entry, methods=["GET"]),
        Route("/messages", entry, methods=["POST"]),
        Route("/health", health),
        Route("/health/liveliness", liveliness),
        Route("/health/readiness", readiness),
        *oauth,
        *openai_routes(core),
        Route("/mcp/{servers}", entry, methods=_MCP_METHODS),
        Route("/{servers}/mcp", entry, methods=_MCP_METHODS),
    ]
    # The bare router: the fronts answer every error themselves, and each middleware costs on every call.
    # No redirect of /mcp/ to /mcp either: clients lose their credentials on the way.
    app = Router(routes=routes, redirect_slashes=False, default=not_found)
    return _Guarded(app, entry)
