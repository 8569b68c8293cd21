"""Servers of aiohttp that end at once, and one with a handler for every path."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler


def runner_of(app: web.Application) -> web.AppRunner:
    """Runs ``app`` until it is cleaned up, which ends what is still answered: aiohttp waits for endless streams."""
    answering: set[asyncio.Task[object]] = set()

    @web.middleware
    async def noted(request: web.Request, handler: Handler) -> web.StreamResponse:
        task = asyncio.current_task()
        assert task is not None
        answering.add(task)
        try:
            return await handler(request)
        finally:
            answering.discard(task)

    async def end(_: web.Application) -> None:
        for task in answering:
            task.cancel()

    app.middlewares.append(noted)
    app.on_shutdown.append(end)
    return web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)


@asynccontextmanager
async def serving(handle: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """The base URL under which ``handle`` answers during the block."""
    app = web.Application(client_max_size=2**28)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = runner_of(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)  # connections that it closed have ended then
