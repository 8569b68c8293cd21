"""uvicorn as both listeners of the gateway use it: started on a socket, stopped when the gateway says so."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mcptui.daemon.head_with_body import HeadWithBody
from mcptui.daemon.tls import Certificate

#: uvicorn tells nobody when a connection has ended, so it is looked at this often at a stop, seconds.
_LOOK_EVERY: Final = 0.02
#: Longer than a client keeps a connection, or it is closed while the client is about to use it, seconds.
_KEEP_ALIVE: Final = 75


class _Protocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, over a connection that sends less often."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(HeadWithBody(transport, self.loop))


@contextlib.asynccontextmanager
async def served(
    app: ASGIApp, listener: socket.socket, *, grace: float, certificate: Certificate | None = None
) -> AsyncIterator[None]:
    """``app`` on ``listener`` during the block; then requests under way get ``grace`` seconds to end."""
    config = uvicorn.Config(
        app,
        loop="none",
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
    )
    config.load()
    if certificate is not None:
        config.ssl = certificate.context
    # Not ``serve``: it takes over the signals, and wakes ten times a second to look whether it should end.
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listener])
    try:
        yield
    finally:
        await _stop(server, grace)


async def _stop(server: uvicorn.Server, grace: float) -> None:
    for each in server.servers:
        each.close()
    connections, tasks = server.server_state.connections, server.server_state.tasks
    for connection in list(connections):
        connection.shutdown()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace):
            while connections or tasks:  # noqa: ASYNC110  there is no event to wait for
                await asyncio.sleep(_LOOK_EVERY)
    late = list(tasks)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for connection in list(connections):
        connection.transport.abort()
