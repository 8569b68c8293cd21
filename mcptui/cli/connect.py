"""``mcptui connect``: a stdio bridge to the gateway, for clients without HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import wait_for, with_workspace
from mcptui.errors import RefusedError

if TYPE_CHECKING:
    from mcptui.services.workspace import Workspace

_LINE_LIMIT = 256 * 1024 * 1024


@click.command("connect")
@click.option(
    "--key-env", default="MCPTUI_KEY", show_default=True, metavar="VAR", help="Environment variable with the key."
)
@click.option("--key-secret", metavar="PATH", help="Read the key from this secret (mcptui secret set PATH).")
@click.option(
    "--server",
    "servers",
    shell_complete=names_of("server", is_list=True),
    metavar="NAME[,NAME]",
    help="Only these servers; a single server has tool names without a prefix.",
)
@click.option("--no-start", is_flag=True, help="Fail when the gateway is not running instead of starting it.")
@with_workspace
def connect(ws: Workspace, key_env: str, key_secret: str | None, servers: str | None, no_start: bool) -> int:
    """Bridge MCP on standard input and output to the gateway.

    For clients that cannot use a URL. The key comes from the environment or the secret store, never from an
    argument.
    """
    key = ws.secrets.get(key_secret) if key_secret else os.environ.get(key_env)
    if not key:
        where = f"secret {key_secret}" if key_secret else f"variable {key_env}"
        raise RefusedError(f"no key: the {where} is not set", hint="create one with: mcptui key create NAME")
    return wait_for(_connect(ws, key, servers, no_start=no_start))


async def _connect(ws: Workspace, key: str, servers: str | None, *, no_start: bool) -> int:
    from mcptui.cli.context import require_gateway
    from mcptui.connect.bridge import StdioBridge, own_certificate
    from mcptui.upstream.wire.client import HttpClient

    if no_start:
        await require_gateway(ws)
    status = await ws.gateway.start()
    url = f"{status.url}/mcp" + (f"/{servers}" if servers else "")

    async def write(line: bytes) -> None:
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()

    async with HttpClient(own_certificate(ws, status.url)) as client:
        await StdioBridge(client, url, key, write).run(_lines())
    return 0


async def _lines() -> AsyncIterator[bytes]:
    reader = asyncio.StreamReader(limit=_LINE_LIMIT)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    with contextlib.suppress(asyncio.IncompleteReadError):
        while line := await reader.readline():
            yield line
