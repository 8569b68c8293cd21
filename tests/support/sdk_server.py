"""A server on the official SDK: ``python -m tests.support.sdk_server stdio | http``.

Over HTTP it binds a free port of 127.0.0.1 and prints it: ``/mcp`` is streamable HTTP, ``/sse`` the transport before
that one, and ``/gated/mcp`` is ``/mcp`` behind the bearer token :data:`TOKEN`.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Final

import uvicorn
from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

#: What opens ``/gated/mcp``.
TOKEN: Final = "correct-horse-battery-staple"

server = MCPServer("e2e", instructions="For tests.")


class Answer(BaseModel):
    """What ``ask`` wants to know."""

    colour: str


@server.tool()
def pid() -> int:
    """Which process this is."""
    return os.getpid()


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def echo(text: str) -> str:
    """Say it again."""
    return text


@server.tool()
def fail() -> str:
    """Always fails."""
    raise ToolError("this tool always fails")


@server.tool()
async def count(to: int, ctx: Context) -> str:
    """Count with progress."""
    for step in range(1, to + 1):
        await ctx.report_progress(step, to, f"step {step}")
        await asyncio.sleep(0.01)  # who counts for ever must not keep a processor busy
    return f"counted to {to}"


@server.tool()
async def ask(ctx: Context) -> str:
    """Ask the person for a colour."""
    answer = await ctx.elicit("Which colour?", Answer)
    return f"chose {answer.data.colour}" if isinstance(answer, AcceptedElicitation) else f"no answer: {answer.action}"


@server.resource("notes://today", mime_type="text/plain")
def today() -> str:
    """A note."""
    return "buy milk"


@server.resource("notes://{day}", mime_type="text/plain")
def note(day: str) -> str:
    """A note of some day."""
    return f"nothing on {day}"


@server.prompt()
def greet(name: str) -> str:
    """A greeting."""
    return f"Please greet {name}."


@server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
async def complete(
    ref: PromptReference | ResourceTemplateReference, argument: CompletionArgument, context: CompletionContext | None
) -> Completion | None:
    """Names for the greeting; days for notes, others where something else is filled in already."""
    if isinstance(ref, PromptReference):
        known = ["Ada", "Alan", "Grace"]
    else:
        known = ["saturday", "sunday"] if context and context.arguments else ["monday", "sunday"]
    values = [value for value in known if value.casefold().startswith(argument.value.casefold())]
    return Completion(values=values, total=len(values))


class Announcing(uvicorn.Server):
    """Prints its port once it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


def gated(app: ASGIApp) -> ASGIApp:
    """``app`` behind ``Authorization: Bearer TOKEN``."""
    wanted = f"Bearer {TOKEN}".encode()

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and dict(scope["headers"]).get(b"authorization") != wanted:
            headers = [(b"www-authenticate", b'Bearer error="invalid_token"'), (b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b'{"error":"invalid_token"}'})
            return
        await app(scope, receive, send)

    return gate


def main(kind: str) -> None:
    """Serve until stopped."""
    if kind == "stdio":
        server.run("stdio")
        return
    streamable = server.streamable_http_app()
    routes = [*streamable.routes, *server.sse_app().routes, Mount("/gated", gated(streamable))]
    app = Starlette(routes=routes, lifespan=streamable.router.lifespan_context)
    # A gateway that is still connected must not keep it alive.
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=1)
    Announcing(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
