"""A server on the official SDK that keeps something for every session: ``python -m tests.support.session_server``.

Its tools are the words in :data:`TOOLS`; what a tool does, its branch in :func:`_call` says. Run as a program it speaks
over stdio; :func:`served` serves it over HTTP (``/mcp``) and SSE (``/sse``) in the loop of a test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import Any, Final

import mcp_types as types
import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.sse import SseServerTransport
from mcp.server.stdio import stdio_server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from mcptui.tasks import start_task

TOOLS: Final = ("set", "get", "ask", "ask_later", "answered", "update", "log", "seen")
NOTE: Final = "notes://1"

#: What is asked for, as the SDK's models send it.
QUESTIONS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "roots": ("roots/list", {}),
    "sampling": (
        "sampling/createMessage",
        {
            "maxTokens": 1,
            "messages": [{"role": "user", "content": {"type": "text", "text": "?"}}],
            "_meta": {"progressToken": 5},
        },
    ),
    "elicitation": (
        "elicitation/create",
        {"message": "?", "requestedSchema": {"type": "object", "properties": {"a": {"type": "string"}}}},
    ),
}
LEVELS: Final = ("debug", "info", "notice", "warning", "error")


async def _list(_: Any, __: Any) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[types.Tool(name=name, input_schema={"type": "object"}) for name in TOOLS])


async def _resources(_: Any, __: Any) -> types.ListResourcesResult:
    return types.ListResourcesResult(resources=[types.Resource(uri=NOTE, name="note")])


def _state(ctx: Any) -> dict[str, Any]:
    state: dict[str, Any] = ctx.session._connection.state
    return state


async def _subscribe(ctx: Any, params: Any) -> types.EmptyResult:
    _state(ctx).setdefault("uris", set()).add(str(params.uri))
    return types.EmptyResult()


async def _unsubscribe(ctx: Any, params: Any) -> types.EmptyResult:
    _state(ctx).setdefault("uris", set()).discard(str(params.uri))
    return types.EmptyResult()


async def _level(ctx: Any, params: Any) -> types.EmptyResult:
    _state(ctx)["level"] = params.level
    return types.EmptyResult()


async def _roots_changed(ctx: Any, _: Any) -> None:
    _state(ctx)["roots_changed"] = _state(ctx).get("roots_changed", 0) + 1


async def _progress(ctx: Any, params: Any) -> None:
    _state(ctx).setdefault("progress", []).append([params.progress_token, params.progress])


async def _ask(send: Any, kind: str) -> Any:
    method, params = QUESTIONS[kind]
    try:
        return await send(method, params)
    except Exception as error:
        return f"refused: {getattr(error, 'code', type(error).__name__)}"


async def _call(ctx: Any, params: Any) -> types.CallToolResult:
    given, state, connection = params.arguments or {}, _state(ctx), ctx.session._connection
    said: Any = None
    match params.name:
        case "set":
            state["value"] = given["value"]
        case "get":
            said = state.get("value")
        case "ask":
            said = await _ask(ctx.session._request_outbound.send_raw_request, given["kind"])
        case "ask_later":

            async def ask() -> None:
                state[given["kind"]] = await _ask(connection.send_raw_request, given["kind"])

            start_task(ask(), name="ask outside the call")
        case "answered":
            said = state.get(given["kind"])
        case "update":
            # Only for sessions that have subscribed.
            if NOTE in state.get("uris", ()):
                await ctx.session.send_resource_updated(NOTE)
        case "log":
            for level in LEVELS:
                if LEVELS.index(level) >= LEVELS.index(state.get("level", "debug")):
                    await connection.notify("notifications/message", {"level": level, "data": given["data"]})
        case "seen":
            said = {"progress": state.get("progress", []), "roots_changed": state.get("roots_changed", 0)}
    return types.CallToolResult(content=[types.TextContent(type="text", text=json.dumps(said))])


def made() -> Server[Any]:
    """The server."""
    return Server(
        "sessions",
        on_list_tools=_list,
        on_call_tool=_call,
        on_list_resources=_resources,
        on_subscribe_resource=_subscribe,
        on_unsubscribe_resource=_unsubscribe,
        on_set_logging_level=_level,
        on_roots_list_changed=_roots_changed,
        on_progress=_progress,
    )


def _app() -> Starlette:
    server = made()
    streamable = server.streamable_http_app()
    sse = SseServerTransport("/messages/")

    async def connect(request: Request) -> Response:
        async with sse.connect_sse(request.scope, request.receive, request._send) as streams:
            await server.run(streams[0], streams[1], server.create_initialization_options())
        return Response()

    routes = [*streamable.routes, Route("/sse", connect), Mount("/messages/", sse.handle_post_message)]
    return Starlette(routes=routes, lifespan=streamable.router.lifespan_context)


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[str]:
    """The server over HTTP on a free port of 127.0.0.1; its URL without a path."""
    with contextlib.closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(_app(), log_level="critical", timeout_graceful_shutdown=0)
        running = uvicorn.Server(config)
        task = start_task(running.serve([listening]), name="session server", awaited=True)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            await task


async def main() -> None:
    """Serve over stdio until the input ends."""
    server = made()
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
