"""The declared methods as routes of HTTP; streams are one JSON object a line."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mcptui.control.interface import API_VERSION, TOKEN_HEADER, VERSION_HEADER, ProcessControl
from mcptui.control.method import Method, methods_of
from mcptui.errors import McptuiError, NotFoundError
from mcptui.protocol import jsonrpc

_NO_TOKEN: Final = {
    "error": "no_token",
    "message": "this request does not show the token of the running gateway",
    "hint": "This mcptui is older than the gateway, or another account's. Use the one that started it.",
}
_HEADERS: Final = {VERSION_HEADER: API_VERSION}


def control_app(handlers: ProcessControl, token: str | None = None) -> ASGIApp:
    """All methods of ``handlers`` as an application.

    Args:
        handlers: what is done.
        token: what every request has to show; None where nothing can be kept that says it.
    """
    routes = [
        Route(method.path, _endpoint(method, getattr(handlers, method.name)), methods=[method.verb])
        for method in methods_of(ProcessControl)
    ]
    handlers_of_errors = {McptuiError: _failed, ClientDisconnect: _unread, 404: _unknown, 405: _unknown}
    app = Starlette(routes=routes, exception_handlers=handlers_of_errors)
    return app if token is None else _only_with(token.encode(), app)


def _only_with(token: bytes, app: ASGIApp) -> ASGIApp:
    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        shown = dict(scope["headers"]).get(TOKEN_HEADER.encode(), b"")
        allowed = hmac.compare_digest(shown, token)
        await (app if allowed else _json(_NO_TOKEN, 401))(scope, receive, send)

    return guarded


def _endpoint(method: Method, handler: Callable[..., Any]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        content = jsonrpc.decode(body) if body else None
        arguments = method.read(request.path_params, request.query_params, content)
        if method.is_stream:
            lines = _lines(method, handler(**arguments))
            return StreamingResponse(lines, media_type="application/x-ndjson", headers=_HEADERS)
        return _json(method.answer_of(await handler(**arguments)))

    return endpoint


async def _lines(method: Method, items: AsyncGenerator[Any, None]) -> AsyncIterator[bytes]:
    async with aclosing(items):
        async for item in items:
            yield jsonrpc.encode(method.answer_of(item)) + b"\n"


async def _failed(_: Request, error: Exception) -> Response:
    assert isinstance(error, McptuiError)
    status = 404 if isinstance(error, NotFoundError) else 422
    return _json({"error": "failed", "message": error.message, "hint": error.hint}, status)


async def _unread(_: Request, __: Exception) -> Response:
    """Whoever asked went away before the question was whole."""
    return Response(status_code=400)


async def _unknown(_: Request, __: Exception) -> Response:
    message = "the running gateway does not know this request"
    return _json({"error": "unknown", "message": message, "hint": "Update it with: mcptui gateway restart"}, 404)


def _json(value: Any, status: int = 200) -> Response:
    return Response(jsonrpc.encode(value), status, media_type="application/json", headers=_HEADERS)
