"""Lists that HTTP answers oddly."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from tests.quirks.peer import Peer
from tests.quirks.row import HTTP, GoOn, Http, Row

#: The lists that a client can do without.
OPTIONAL = ("prompts/list", "resources/list", "resources/templates/list")


def instead(methods: tuple[str, ...], **response: Any) -> Http:
    """Another answer to ``methods``."""

    async def handle(_: Peer, __: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
        is_meant = isinstance(message, dict) and message.get("method") in methods
        return web.Response(**response) if is_meant else await go_on()

    return handle


async def close(_: Peer, request: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
    if isinstance(message, dict) and message.get("method") in OPTIONAL:
        assert request.transport is not None
        request.transport.close()
        return web.Response()
    return await go_on()


async def never(_: Peer, __: web.Request, message: Any, go_on: GoOn) -> web.StreamResponse:
    if isinstance(message, dict) and message.get("method") in OPTIONAL:
        await asyncio.Event().wait()
    return await go_on()


ROWS = [
    *[
        Row(
            name=f"lists other than the tools answered {status} with {kind}",
            over=HTTP,
            http=instead(OPTIONAL, status=status, body=body, content_type=kind),
        )
        for status, kind, body in (
            (400, "text/plain", b"no"),
            (403, "text/html", b"<html>no</html>"),
            (500, "text/html", b"<html>broken</html>"),
            (502, "text/plain", b""),
            (200, "text/html", b"<html>welcome</html>"),
            (202, "text/plain", b""),
        )
    ],
    Row(name="lists other than the tools for which the connection is closed", over=HTTP, http=close),
    Row(name="lists other than the tools that never come", over=HTTP, http=never, server={"timeout": 1.0}),
]
