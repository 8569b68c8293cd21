"""HTTP that deviates."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.quirks.peer import Peer
from tests.quirks.row import GoOn, Row


async def _get_is_404(_: Peer, request: web.Request, __: Any, go_on: GoOn) -> web.StreamResponse:
    return web.Response(status=404) if request.method == "GET" else await go_on()


ROWS = [
    Row(name="GET is answered 404", over=("http",), http=_get_is_404),
]
