"""Published servers that are killed and started again between two calls (``make peers``)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from mcptui.model import Server
from tests.support.gateway import RunningGateway, key
from tests.support.home import free_port

pytestmark = pytest.mark.npm

Serve = Callable[..., Awaitable[RunningGateway]]

MODULES = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
EVERYTHING = "@modelcontextprotocol/server-everything/dist/index.js"
EXAMPLE = "@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js"


class Peer:
    """A program that listens on one port."""

    def __init__(self, *command: str) -> None:
        self.port = free_port()
        self._command = command
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run it until somebody can connect."""
        port = str(self.port)
        self._process = await asyncio.create_subprocess_exec(
            str(MODULES / "node/bin/node"), *self._command,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PORT": port, "MCP_PORT": port},
        )  # fmt: skip
        async with asyncio.timeout(30):
            while not await self._listens():
                assert self._process.returncode is None

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            await asyncio.sleep(0.02)
            return False
        writer.close()
        await writer.wait_closed()
        return True

    async def kill(self) -> None:
        """End it at once."""
        assert self._process is not None
        self._process.kill()
        await self._process.communicate()


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[Peer]:
    peer = Peer(*command)
    await peer.start()
    try:
        yield peer
    finally:
        await peer.kill()


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"], ids=["handshake", "stateless"])
@pytest.mark.parametrize(
    ("command", "path", "tool", "arguments"),
    [
        ([EVERYTHING, "streamableHttp"], "/mcp", "echo", {"message": "hi"}),
        ([EVERYTHING, "sse"], "/sse", "echo", {"message": "hi"}),
        ([EXAMPLE], "/mcp", "greet", {"name": "Bo"}),
    ],
    ids=["everything over HTTP", "everything over SSE", "the example of the SDK"],
)
async def test_the_call_after_a_restart_works(
    serve: Serve, command: list[str], path: str, tool: str, arguments: dict[str, Any], mode: str
) -> None:
    program, *rest = command
    async with running(str(MODULES / program), *rest) as peer:
        gateway = await serve(Server(name="up", url=f"http://127.0.0.1:{peer.port}{path}"), key("all", servers=("*",)))
        headers = {"authorization": "Bearer sk-all"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=30, verify=False) as http,
            Client(streamable_http_client(f"{gateway.url}/mcp/up", http_client=http), mode=mode) as client,
        ):
            before = await client.call_tool(tool, arguments)
            for _ in range(2):
                await peer.kill()
                await peer.start()
                assert (await client.call_tool(tool, arguments)).content == before.content
