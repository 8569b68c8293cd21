"""Try one server through the gateway and tell step by step what happens."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import click

from mcptui.cli.output import note
from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.runtime import ProbeStep
from mcptui.protocol.text import counted, one_line
from mcptui.services.workspace import Workspace

_MARKS: Final = {"ok": "✓", "failed": "✗", "skipped": "–"}
_STDERR_LINES: Final = 8


class ServerFailedError(McptuiError):
    """The server does not work; message and hint are those of the step that failed."""


@asynccontextmanager
async def running_gateway(ws: Workspace) -> AsyncIterator[None]:
    """The gateway, started for as long as this takes when it does not run."""
    if await ws.gateway.status() is not None:
        yield
        return
    note("the gateway is not running: starting it for this")
    await ws.gateway.start()
    try:
        yield
    finally:
        await ws.gateway.stop()


async def probe(ws: Workspace, server: Server) -> dict[str, Any]:
    """Connect, initialise, list; narrated on stderr. The lists that the server gave.

    Raises:
        ServerFailedError: a step failed.
        McptuiError: there is no gateway to try it with.
    """
    failed: ProbeStep | None = None
    result: dict[str, Any] = {}
    async with running_gateway(ws):
        async for step in ws.gateway.probe(server):
            if step.step == "done":
                result = step.result or {}
            else:
                _tell(step)
            if step.status == "failed" and failed is None:
                failed = step
    if failed is not None:
        for line in failed.stderr[-_STDERR_LINES:]:
            note(f"    stderr: {line}")
        raise ServerFailedError(f"{server.name}: {failed.step} failed: {failed.detail}", hint=failed.hint)
    counts = ", ".join(counted(len(result.get(f"{word}s") or ()), word) for word in ("tool", "prompt", "resource"))
    note(f"{server.name} works: {counts}")
    for remark in result.get("remarks", ()):
        note(f"  in its lists: {one_line(remark, limit=400)}")
    return result


def _tell(step: ProbeStep) -> None:
    """A line for each step; on a terminal, what runs now stands in the line that its end will rewrite."""
    rewrites = sys.stderr.isatty()
    if step.status == "running":
        if rewrites:
            click.echo(f"  … {one_line(step.step)}", nl=False, err=True)
        return
    took = f" {step.ms:.0f} ms" if step.ms is not None else ""
    detail = f"  {step.detail}" if step.detail else ""
    if rewrites:
        click.echo("\r\x1b[K", nl=False, err=True)
    note(f"  {_MARKS[step.status]} {step.step}{took}{detail}")
