"""Test one server through the gateway, step by step."""

from __future__ import annotations

import shutil
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
from mcptui.services.server_words import elapsed
from mcptui.services.workspace import Workspace

_MARKS: Final = {"ok": "✓", "failed": "✗", "skipped": "–"}
_STDERR_LINES: Final = 8
#: A step that takes so long is told of before its end, and again after so long, milliseconds.
_FIRST_WORD: Final = 3_000.0
_EVERY: Final = 10_000.0


class ServerFailedError(McptuiError):
    """The server does not work; message and hint are those of the step that failed."""


@asynccontextmanager
async def running_gateway(ws: Workspace) -> AsyncIterator[None]:
    """The gateway, started for as long as this takes when it does not run."""
    if await ws.gateway.status() is not None:
        yield
        return
    note("the gateway is not running: starting it for the test")
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
    narration = _Narration()
    async with running_gateway(ws):
        async for step in ws.gateway.probe(server):
            if step.step == "done":
                result = step.result or {}
            else:
                narration.tell(step)
            if step.status == "failed" and failed is None:
                failed = step
    if failed is not None:
        for line in failed.stderr[-_STDERR_LINES:]:
            note(f"    stderr: {line}")
        raise ServerFailedError(f"{server.name}: {failed.title} failed: {failed.detail}", hint=failed.hint)
    counts = ", ".join(counted(len(result.get(f"{word}s") or ()), word) for word in ("tool", "prompt", "resource"))
    note(f"{server.name} works: {counts}")
    for remark in result.get("remarks", ()):
        note(f"  in its lists: {one_line(remark, limit=400)}")
    return result


class _Narration:
    """A line for each step; what takes long says so. On a terminal it stands in the line that its end will rewrite."""

    def __init__(self) -> None:
        self._rewrites = sys.stderr.isatty()
        #: When the step that goes on is told of next, where lines cannot be rewritten, milliseconds.
        self._next = _FIRST_WORD

    def tell(self, step: ProbeStep) -> None:
        """Tell of a step that begins, goes on or has ended."""
        if step.status == "running":
            self._goes_on(step)
            return
        took = f" {step.ms:.0f} ms" if step.ms is not None else ""
        detail = f"  {step.detail}" if step.detail else ""
        if self._rewrites:
            click.echo("\r\x1b[K", nl=False, err=True)
        note(f"  {_MARKS[step.status]} {step.title}{took}{detail}")
        self._next = _FIRST_WORD

    def _goes_on(self, step: ProbeStep) -> None:
        took = f" {elapsed(step.ms / 1000)}" if step.ms is not None else ""
        detail = f"  {one_line(step.detail)}" if step.detail and step.ms is not None else ""
        line = f"  … {one_line(step.title)}{took}{detail}"
        if self._rewrites:
            width = shutil.get_terminal_size().columns - 1
            click.echo(f"\r\x1b[K{line[:width]}", nl=False, err=True)
        elif step.ms is not None and step.ms >= self._next:
            note(line)
            self._next = step.ms + _EVERY
