"""A client's visit to a server: the steps of a row with the official Python SDK, directly or through the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

from mcptui.model import Server
from tests.quirks.carriers import over_http, over_sse
from tests.quirks.peer import Peer, command
from tests.quirks.row import Failure, Outcome, Over, Row
from tests.support.gateway import key, running_gateway, state

ROOT: Final = Path(__file__).parents[2]
#: How long a reference client is waited for where it may hang, seconds.
PATIENCE: Final = 3.0


class Standing:
    """A row's server that can be visited, and what it did.

    Attributes:
        target: its URL, or its command.
    """

    def __init__(self, peer: Peer, over: Over, target: str | list[str], log: Path) -> None:
        self.peer = peer
        self.over = over
        self.target = target
        self._log = log

    @property
    def runs(self) -> int:
        """How many tools have run."""
        return len(self._log.read_text().split()) if isinstance(self.target, list) else len(self.peer.ran)


@asynccontextmanager
async def standing(module: str, row: Row, over: Over, log: Path) -> AsyncIterator[Standing]:
    """The server of ``row``; over stdio it is started by whoever visits it."""
    peer = Peer(row, over)
    if over.endswith("stdio"):
        log.touch()
        yield Standing(peer, over, command(module, row, over, log), log)
        return
    async with over_sse(peer) if over == "sse" else over_http(peer) as url:
        yield Standing(peer, over, url, log)


async def directly(server: Standing, row: Row) -> list[Outcome]:
    """What the SDK's client gets without a gateway."""
    mode = "legacy" if server.over == "sse" else "auto"
    if isinstance(server.target, list):
        program, *arguments = server.target
        transport: Any = StdioServerParameters(command=program, args=arguments, cwd=ROOT)
        return await _patient(Client(transport, mode=mode, read_timeout_seconds=PATIENCE), row)
    async with httpx2.AsyncClient(timeout=PATIENCE, verify=False) as http:
        if server.over == "sse":
            transport = sse_client(server.target, httpx_client_factory=_sse_http)
        else:
            transport = streamable_http_client(server.target, http_client=http)
        return await _patient(Client(transport, mode=mode, read_timeout_seconds=PATIENCE), row)


async def through_gateway(server: Standing, row: Row, mode: str) -> list[Outcome]:
    """The same through a gateway, whose client is of the era that ``mode`` says."""
    if isinstance(server.target, list):
        program, *arguments = server.target
        config = Server(name="up", command=program, args=tuple(arguments), cwd=str(ROOT), **row.server)
    else:
        config = Server(name="up", url=server.target, **row.server)
    async with running_gateway(state(config, key("all", servers=("*",)))) as gateway:
        await gateway.read()
        async with _client({"authorization": "Bearer sk-all"}) as http:
            transport = streamable_http_client(f"{gateway.url}/mcp/up", http_client=http)
            return await _visited(Client(transport, mode=mode), row)


def _client(headers: dict[str, str] | None = None) -> httpx2.AsyncClient:
    """Without the certificates, which take 50 ms to load."""
    return httpx2.AsyncClient(headers=headers, timeout=20, verify=False)


def _sse_http(
    headers: dict[str, str] | None = None, timeout: httpx2.Timeout | None = None, auth: httpx2.Auth | None = None
) -> httpx2.AsyncClient:
    return _client()


async def _patient(client: Client, row: Row) -> list[Outcome]:
    """A reference client that hangs has failed."""
    try:
        async with asyncio.timeout(2 * PATIENCE):
            return await _visited(client, row)
    except TimeoutError:
        return [Failure("it hangs") for _ in row.steps]


async def _visited(client: Client, row: Row) -> list[Outcome]:
    got: list[Outcome] = []
    try:
        async with client:
            for step in row.steps:
                result = await _step(client, step)
                got.append(result)
    except* Exception as group:
        got += [Failure(_words(group))] * (len(row.steps) - len(got))
    return got


async def _step(client: Client, step: str) -> Outcome:
    kind, _, name = step.partition(" ")
    try:
        async with asyncio.timeout(20):
            if kind == "call":
                result = await client.call_tool(name, {})
                texts = " ".join(getattr(content, "text", "") for content in result.content)
                return Failure(texts) if result.is_error else texts
            return await _list(client, kind)
    except (MCPError, ValueError) as error:
        return Failure(str(error))


async def _list(client: Client, kind: str) -> list[str]:
    read: Any = {
        "tools": partial(client.list_tools, cache_mode="bypass"),
        "prompts": client.list_prompts,
        "resources": client.list_resources,
        "templates": client.list_resource_templates,
    }[kind]
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await read(cursor=cursor)
        items = page.resource_templates if kind == "templates" else getattr(page, kind)
        found += [
            str(getattr(item, {"resources": "uri", "templates": "uri_template"}.get(kind, "name"))) for item in items
        ]
        cursor = page.next_cursor
        if cursor is None:
            return found


def _words(group: BaseExceptionGroup[Exception]) -> str:
    """What the leaves of nested groups say."""
    return "; ".join(
        _words(error) if isinstance(error, BaseExceptionGroup) else f"{type(error).__name__}: {error}"
        for error in group.exceptions
    )


def is_as_wanted(got: list[Outcome], wanted: list[Outcome]) -> bool:
    """Whether every step gave what it must; an error must only say something."""
    return len(got) == len(wanted) and all(
        isinstance(have, Failure) and want.says in have.says if isinstance(want, Failure) else have == want
        for have, want in zip(got, wanted, strict=True)
    )
