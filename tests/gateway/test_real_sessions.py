"""What real servers keep for a session: the same behind the gateway as directly (``make peers``)."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from mcptui.model import Server
from tests.support.gateway import RunningGateway, key

pytestmark = pytest.mark.npm

Serve = Callable[..., Awaitable[RunningGateway]]

MODULES = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
NODE = str(MODULES / "node/bin/node")
FILES = str(MODULES / "@modelcontextprotocol/server-filesystem/dist/index.js")

Way = Literal["direct", "http", "sse", "stateless"]


@asynccontextmanager
async def client(
    way: Way, gateway: RunningGateway, command: Sequence[str], roots: Sequence[Path]
) -> AsyncIterator[Client]:
    """A client that declares ``roots``, of the server itself or of the gateway."""

    async def list_roots(_: Any) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=each.as_uri()) for each in roots])  # type: ignore[arg-type]

    headers = {"authorization": "Bearer sk-all"}
    asks: dict[str, Any] = {"list_roots_callback": list_roots} if roots else {}
    mode: Any = "2026-07-28" if way == "stateless" else "legacy"
    async with httpx2.AsyncClient(headers=headers, timeout=30, verify=False) as http:
        if way == "direct":
            transport: Any = stdio_client(StdioServerParameters(command=command[0], args=list(command[1:])))
        elif way == "sse":
            transport = sse_client(f"{gateway.url}/sse", headers=headers)
        else:
            transport = streamable_http_client(f"{gateway.url}/mcp", http_client=http)
        async with Client(transport, mode=mode, cache=None, **asks) as opened:
            yield opened


@pytest.mark.parametrize("way", ["direct", "http", "sse", "stateless"])
@pytest.mark.parametrize("is_given", [True, False], ids=["a folder on the command line", "none"])
async def test_files_outside_the_roots_of_the_client_are_not_readable(
    serve: Serve, tmp_path: Path, way: Way, is_given: bool
) -> None:
    given, mine, others = (tmp_path / name for name in ("given", "mine", "others"))
    for each in (given, mine, others):
        each.mkdir()
        (each / "file.txt").write_text(each.name, encoding="utf-8")
    command = [NODE, FILES, *([str(given)] if is_given else [])]
    gateway = await serve(
        Server(name="fs", command=command[0], args=tuple(command[1:]), prefix=""), key("all", servers=("*",))
    )
    sessions = ((mine, (given, others)), (others, (given, mine)))
    # Clients without sessions share what is known of their key: the roots of the first.
    for root, outside in sessions[:1] if way == "stateless" else sessions:
        async with client(way, gateway, command, [root]) as opened:

            async def read(folder: Path, by: Client = opened) -> types.CallToolResult:
                result = await by.call_tool("read_text_file", {"path": str(folder / "file.txt")})
                assert isinstance(result, types.CallToolResult)
                return result

            while way == "direct" and str(root) not in str(await opened.call_tool("list_allowed_directories", {})):
                """A client of the server itself is not told when its roots count."""
            # Behind the gateway the very first call goes by the roots.
            assert [bool((await read(each)).is_error) for each in outside] == [True, True]
            assert not (await read(root)).is_error
