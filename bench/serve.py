"""Serves one ASGI application on a free port of loopback, and prints the port."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp


class _Announcing(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


def serve(app: ASGIApp) -> None:
    """Serve until terminated."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_level="warning",
        lifespan="off",
        http="httptools",
        timeout_graceful_shutdown=1,
    )
    _Announcing(config).run()
