"""The cheapest MCP server there can be, so that what is measured is the gateway: ``python -m bench.upstream``."""

from __future__ import annotations

import socket
from typing import Any

import orjson
import uvicorn
from starlette.types import Receive, Scope, Send

_TOOL = {"name": "echo", "description": "Says ok.", "inputSchema": {"type": "object"}}
_RESULTS: dict[str, Any] = {
    "initialize": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "bench", "version": "1"},
    },
    "tools/list": {"tools": [_TOOL]},
    "tools/call": {"content": [{"type": "text", "text": "ok"}]},
    "ping": {},
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request; notifications get 202, everything but POST 405."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    status, answer = (405, b"") if scope["method"] != "POST" else _answer(orjson.loads(body))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


def _answer(request: dict[str, Any]) -> tuple[int, bytes]:
    if "id" not in request:
        return 202, b""
    result = _RESULTS.get(request["method"])
    if result is None:
        error = {"code": -32601, "message": "Method not found"}
        return 200, orjson.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error})
    return 200, orjson.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result})


class Announcing(uvicorn.Server):
    """Prints its port once it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say where."""
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


if __name__ == "__main__":
    Announcing(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    ).run()
