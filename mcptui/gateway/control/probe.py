"""Trying a server, saved or not, step by step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.runtime import ProbeStatus, ProbeStep
from mcptui.protocol.errors import RpcError
from mcptui.state.checks import server_texts
from mcptui.tasks import start_task
from mcptui.upstream.call import Connection, Peer
from mcptui.upstream.connect import ConnectionDeps, Identity, connect
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.launch import launch
from mcptui.upstream.negotiation import Negotiated
from mcptui.upstream.process import ServerProcess
from mcptui.upstream.remarks import Remarks
from mcptui.upstream.server.list_reader import read_lists
from mcptui.upstream.server.lists import Lists

#: A step that takes longer says so again and again, seconds.
BEAT: Final = 0.25
_STDERR_LINES: Final = 50
#: A process that has printed nothing for longer may be an installation: npx and others say nothing while they install.
QUIET: Final = 3.0
_NOTHING: Final = "nothing printed yet; it may be installing a package"


def probe(server: Server, tools: ConnectionDeps) -> AsyncGenerator[ProbeStep, None]:
    """Connect, shake hands, list; every step as it begins, while it goes on and as it ends. Nothing stays open."""
    return _Probe(server, tools).run()


class _Probe:
    def __init__(self, server: Server, tools: ConnectionDeps) -> None:
        self._server = server
        self._tools = tools
        self._remembered = Negotiated(remarks=Remarks(server.name))
        self._connection: Connection | None = None
        self._process: ServerProcess | None = None
        #: What takes time; ended with the probe, also where whoever listens leaves.
        self._work: asyncio.Task[None] | None = None
        self._step, self._started = "resolve", time.perf_counter()

    async def run(self) -> AsyncGenerator[ProbeStep, None]:
        try:
            async for step in self._steps():
                yield step
        except (McptuiError, RpcError) as error:
            yield self._failed(error)
        finally:
            await asyncio.shield(start_task(self._close(), name=f"close probe {self._server.name}"))

    async def _close(self) -> None:
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    async def _steps(self) -> AsyncGenerator[ProbeStep, None]:
        yield self._begin("resolve")
        await _resolve(self._server, self._tools)
        yield self._said("ok")
        async for step in self._opened() if self._server.is_stdio else self._connected():
            yield step
        assert self._connection is not None
        peer = self._connection.peer
        yield self._said("ok", _greeting(peer))
        yield self._begin("tools")
        lists = Lists()

        async def read(connection: Connection) -> None:
            nonlocal lists
            lists = await read_lists(connection, min(self._server.timeout, 30.0))

        async for step in self._while(read(self._connection)):
            yield step
        yield self._said("ok", str(len(lists.tools)))
        for name, items in (("prompts", lists.prompts), ("resources", lists.resources + lists.templates)):
            yield ProbeStep(step=name, status="ok" if items else "skipped", detail=str(len(items)))
        yield ProbeStep(step="done", status="ok", result=self._result(peer, lists), stderr=self._printed())

    async def _connected(self) -> AsyncGenerator[ProbeStep, None]:
        yield self._begin("connect")

        async def open_() -> None:
            self._connection = await connect(self._server, self._tools, Identity(), self._remembered, _ignore)

        async for step in self._while(open_()):
            yield step
        yield self._said("ok", self._remembered.transport or "")
        self._step = "initialize"

    async def _opened(self) -> AsyncGenerator[ProbeStep, None]:
        """Start it; another process may follow the first one, or one that is waited for be told of before."""
        yield self._begin("spawn", " ".join((self._server.command or "", *self._server.args)))
        spawned: list[ServerProcess] = []

        async def open_() -> None:
            self._connection = await launch(
                self._server, self._tools, Identity(), self._remembered, _ignore, spawned.append
            )

        def spawn() -> Iterator[ProbeStep]:
            if spawned and self._process is None:
                yield self._said("ok", f"pid {spawned[0].pid}")
                yield self._begin("initialize")
            self._process = spawned[-1] if spawned else None

        async for step in self._while(open_(), spawn):
            yield step

    async def _while(
        self, work: Coroutine[Any, Any, None], look: Callable[[], Iterator[ProbeStep]] = lambda: iter(())
    ) -> AsyncGenerator[ProbeStep, None]:
        """What there is to tell until ``work`` has ended."""
        self._work = task = start_task(work, name=f"probe {self._server.name}", awaited=True)
        while not task.done():
            await asyncio.wait([task], timeout=BEAT)
            for step in look():
                yield step
            if not task.done():
                yield self._said("running", self._last_line())
        await task

    def _begin(self, step: str, detail: str = "") -> ProbeStep:
        self._step, self._started = step, time.perf_counter()
        return ProbeStep(step=step, status="running", detail=detail)

    def _said(self, status: ProbeStatus, detail: str = "") -> ProbeStep:
        return ProbeStep(step=self._step, status=status, ms=self._elapsed(), detail=detail)

    def _failed(self, error: McptuiError | RpcError) -> ProbeStep:
        hint = error.hint if isinstance(error, McptuiError) else "The server itself answered with this error."
        return ProbeStep(
            step=self._step,
            status="failed",
            ms=self._elapsed(),
            detail=self._tools.known.without(error.message),
            hint=hint,
            stderr=(error.stderr if isinstance(error, UpstreamError) else ()) or self._printed(),
        )

    def _elapsed(self) -> float:
        return (time.perf_counter() - self._started) * 1000

    def _last_line(self) -> str:
        if self._process is None:
            return ""
        if self._process.printed:
            return self._process.printed[-1]
        return _NOTHING if not self._process.has_answered and self._process.silent_for > QUIET else ""

    def _printed(self) -> tuple[str, ...]:
        return tuple(self._process.printed)[-_STDERR_LINES:] if self._process is not None else ()

    def _result(self, peer: Peer, lists: Lists) -> dict[str, Any]:
        return {
            "protocol_version": peer.version,
            "transport": self._remembered.transport,
            "server_info": peer.server_info or {},
            "instructions": peer.instructions,
            "tools": list(lists.tools),
            "prompts": list(lists.prompts),
            "resources": list(lists.resources),
            "remarks": [self._tools.known.without(text) for text in (*self._remembered.remarks, *lists.remarks)],
        }


def _greeting(peer: Peer) -> str:
    info = peer.server_info or {}
    return f"{info.get('name', 'unnamed')} {info.get('version', '')} · {peer.version}".strip()


async def _resolve(server: Server, tools: ConnectionDeps) -> None:
    """Every reference once, so that a missing secret is a step of its own."""
    for _, text in server_texts(server):
        await tools.resolve(text)


def _ignore(method: str, params: dict[str, Any]) -> None:
    """A probe listens to no notifications."""
