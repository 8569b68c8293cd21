"""The cheapest MCP servers there can be, so that what is measured is what stands in front of them.

``python -m bench.upstream MODE`` with MODE stateless, handshake, list (20 tools), hanging (calls
are not answered), or flapping (four of ten requests fail); prints its port.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Final

import orjson
from starlette.types import Receive, Scope, Send

from bench.serve import serve

_INFO: Final = {"name": "bench", "version": "1"}
_SCHEMA: Final = {"type": "object", "properties": {"text": {"type": "string", "description": "What to say."}}}
_COMPLETE: Final = {"resultType": "complete", "_meta": {"io.modelcontextprotocol/serverInfo": _INFO}}
_CACHE: Final = {"ttlMs": 0, "cacheScope": "private"}


class Upstream:
    """Answers from memory; notifications get 202, everything but POST 405."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._requests = 0
        self._stateless = mode != "handshake"
        extra: dict[str, Any] = _COMPLETE if self._stateless else {}
        cache: dict[str, Any] = _CACHE if self._stateless else {}
        count = 20 if mode == "list" else 1
        tools = [
            {"name": "echo" if index == 0 else f"echo_{index}", "description": "Says ok. " * 20, "inputSchema": _SCHEMA}
            for index in range(count)
        ]
        self._results: dict[str, Any] = {
            "tools/list": {"tools": tools, **cache, **extra},
            "tools/call": {"content": [{"type": "text", "text": "ok"}], **extra},
        }
        if self._stateless:
            self._results["server/discover"] = {
                "supportedVersions": ["2026-07-28"],
                "capabilities": {"tools": {}},
                **cache,
                **extra,
            }
        else:
            self._results["ping"] = {}
            self._results["initialize"] = {
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {}},
                "serverInfo": _INFO,
            }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status, answer = (405, b"") if scope["method"] != "POST" else self._answer(orjson.loads(body))
        if self._mode == "hanging" and b'"tools/call"' in body:
            await asyncio.Event().wait()
        self._requests += 1
        if self._mode == "flapping" and self._requests % 10 >= 6:
            status, answer = 503, b""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        if not self._stateless:
            headers.append((b"mcp-session-id", b"bench"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, request: dict[str, Any]) -> tuple[int, bytes]:
        if "id" not in request:
            return 202, b""
        result = self._results.get(request["method"])
        if result is not None:
            return 200, orjson.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result})
        error = {"code": -32601, "message": "Method not found"}
        return 404 if self._stateless else 200, orjson.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error})


if __name__ == "__main__":
    serve(Upstream(sys.argv[1]))
