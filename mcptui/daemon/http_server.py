"""uvicorn as both listeners of the gateway use it: started on a socket, stopped when the gateway says so."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from mcptui.daemon.bounded_http import BoundedHttp
from mcptui.daemon.connections import Connections
from mcptui.daemon.tls import Certificate
from mcptui.model import GatewaySettings

#: uvicorn tells nobody when a connection has ended, so it is looked at this often at a stop, seconds.
_LOOK_EVERY: Final = 0.02
#: Longer than a client keeps a connection, or it is closed while the client is about to use it, seconds.
_KEEP_ALIVE: Final = 75
#: Connections that wait to be accepted.
_BACKLOG: Final = 1024


#: A TLS handshake is a few packets, seconds.
_TLS_HANDSHAKE: Final = 10.0


@contextlib.asynccontextmanager
async def served(
    app: ASGIApp,
    listener: socket.socket,
    settings: Callable[[], GatewaySettings],
    *,
    grace: float,
    certificate: Certificate | None = None,
) -> AsyncIterator[None]:
    """``app`` on ``listener`` during the block; then requests under way get ``grace`` seconds to end.

    Args:
        app: what answers.
        listener: a bound socket.
        settings: those in effect; the limits among them hold from the next request on.
        grace: seconds.
        certificate: for TLS.
    """
    config = uvicorn.Config(
        app,
        loop="none",
        http=HttpToolsProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
    )
    config.load()
    state, connections = ServerState(), Connections(settings)

    def protocol() -> BoundedHttp:
        return BoundedHttp(connections, config=config, server_state=state, app_state={})

    # Not uvicorn's server: it takes over the signals, and wakes ten times a second to look whether it should end.
    server = await asyncio.get_running_loop().create_server(
        protocol,
        sock=listener,
        ssl=None if certificate is None else certificate.context,
        ssl_handshake_timeout=None if certificate is None else _TLS_HANDSHAKE,
        backlog=_BACKLOG,
    )
    try:
        yield
    finally:
        server.close()
        await _stop(state, grace)


async def _stop(state: ServerState, grace: float) -> None:
    connections, tasks = state.connections, state.tasks
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
