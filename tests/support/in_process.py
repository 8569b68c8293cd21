"""A client of an ASGI application in the same event loop, without sockets: cheap for thousands of requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answered:
    """One whole HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


async def post(app: ASGIApp, path: str, message: Any, headers: Mapping[str, str]) -> Answered:
    """POST ``message`` as JSON and read the whole answer."""
    fields = {"host": "127.0.0.1", "content-type": "application/json", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in fields.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 4000),
    }
    incoming = [{"type": "http.request", "body": json.dumps(message).encode(), "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        if not incoming:
            await asyncio.Event().wait()  # the client stays until it has its answer
        return incoming.pop()

    async def send(event: Message) -> None:
        sent.append(event)

    await app(scope, receive, send)
    start = sent[0]
    received = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answered(start["status"], received, b"".join(event.get("body", b"") for event in sent[1:]))
