"""Trying a server, saved or not, step by step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.runtime import ProbeStep
from mcptui.protocol.errors import RpcError
from mcptui.state.checks import server_texts
from mcptui.upstream.call import Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, Negotiated, connect, open_process, start_process
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.process import ServerProcess
from mcptui.upstream.server.list_reader import read_lists


async def probe(server: Server, tools: ConnectionDeps) -> AsyncGenerator[ProbeStep, None]:
    """Connect, shake hands, list; every step as it begins and as it ends. Nothing stays open."""
    connection: Connection | None = None
    process: ServerProcess | None = None
    step, started = "resolve", time.perf_counter()

    def done(detail: str = "") -> ProbeStep:
        return ProbeStep(step=step, status="ok", ms=(time.perf_counter() - started) * 1000, detail=detail)

    try:
        yield ProbeStep(step=step, status="running")
        await _resolve(server, tools)
        yield done()
        remembered = Negotiated()
        if server.is_stdio:
            step, started = "spawn", time.perf_counter()
            yield ProbeStep(step=step, status="running", detail=_command_line(server))
            process = await start_process(server, tools)
            yield done(f"pid {process.pid}")
            step, started = "initialize", time.perf_counter()
            yield ProbeStep(step=step, status="running")
            connection = await open_process(server, process, Identity(), remembered, _ignore)
        else:
            step, started = "connect", time.perf_counter()
            yield ProbeStep(step=step, status="running")
            connection = await connect(server, tools, Identity(), remembered, _ignore)
            yield done(remembered.transport or "")
            step = "initialize"
        peer = connection.peer
        info = peer.server_info or {}
        yield done(f"{info.get('name', 'unnamed')} {info.get('version', '')} · {peer.version}".strip())
        step, started = "tools", time.perf_counter()
        yield ProbeStep(step=step, status="running")
        lists = await read_lists(connection, min(server.timeout, 30.0))
        yield done(str(len(lists.tools)))
        for step, items in (("prompts", lists.prompts), ("resources", lists.resources + lists.templates)):
            yield ProbeStep(step=step, status="ok" if items else "skipped", detail=str(len(items)))
        result: dict[str, Any] = {
            "protocol_version": peer.version,
            "transport": remembered.transport,
            "server_info": info,
            "instructions": peer.instructions,
            "tools": list(lists.tools),
            "prompts": list(lists.prompts),
            "resources": list(lists.resources),
            "remarks": lists.remarks,
        }
        yield ProbeStep(step="done", status="ok", result=result, stderr=_stderr(process))
    except (McptuiError, RpcError) as error:
        yield _failed(step, started, error, _stderr(process))
    finally:
        if connection is not None:
            await asyncio.shield(connection.close())
        elif process is not None:
            await asyncio.shield(process.stop())


def _failed(step: str, started: float, error: McptuiError | RpcError, stderr: Sequence[str]) -> ProbeStep:
    hint = error.hint if isinstance(error, McptuiError) else "The server itself answered with this error."
    return ProbeStep(
        step=step,
        status="failed",
        ms=(time.perf_counter() - started) * 1000,
        detail=error.message,
        hint=hint,
        stderr=(error.stderr if isinstance(error, UpstreamError) else ()) or stderr,
    )


def _stderr(process: ServerProcess | None) -> tuple[str, ...]:
    return tuple(process.stderr)[-50:] if process is not None else ()


def _command_line(server: Server) -> str:
    return " ".join((server.command or "", *server.args))


async def _resolve(server: Server, tools: ConnectionDeps) -> None:
    """Every reference once, so that a missing secret is a step of its own."""
    for _, text in server_texts(server):
        await tools.resolve(text)


def _ignore(method: str, params: dict[str, Any]) -> None:
    """A probe listens to no notifications."""
