"""A raw client: keep-alive POSTs and nothing that costs more than the measured program."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import orjson

_META: Final = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
}
_HELLO: Final = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": _META[list(_META)[2]]}


@dataclass(frozen=True)
class Target:
    """Something that answers MCP: where, in which era, under which tool name, as which process."""

    name: str
    url: str
    era: str
    tool: str
    pid: int
    key: str = ""


class Client:
    """One connection in one era."""

    def __init__(self, http: aiohttp.ClientSession, target: Target) -> None:
        self._http = http
        self._target = target
        self._id = 0
        self.headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
        if target.key:
            self.headers["authorization"] = f"Bearer {target.key}"

    async def open(self) -> None:
        """Shake hands where the era has that."""
        if self._target.era == "stateless":
            return
        async with self._http.post(
            self._target.url, data=self._body("initialize", _HELLO), headers=self.headers
        ) as got:
            got.raise_for_status()
            await got.read()
            if session := got.headers.get("mcp-session-id"):
                self.headers["mcp-session-id"] = session
        self.headers["mcp-protocol-version"] = "2025-11-25"
        note = orjson.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"})
        async with self._http.post(self._target.url, data=note, headers=self.headers) as got:
            await got.read()

    def _body(self, method: str, params: dict[str, Any]) -> bytes:
        self._id += 1
        return orjson.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})

    async def request(self, method: str, params: dict[str, Any]) -> bytes:
        """The answer's body."""
        headers = self.headers
        if self._target.era == "stateless":
            headers = {**headers, "mcp-protocol-version": "2026-07-28", "mcp-method": method}
            if "name" in params:
                headers["mcp-name"] = params["name"]
            params = {**params, "_meta": _META}
        async with self._http.post(self._target.url, data=self._body(method, params), headers=headers) as got:
            body = await got.read()
        if got.status != 200 or b'"result"' not in body:
            raise RuntimeError(f"{self._target.name}: {got.status} {body[:300]!r}")
        return body

    async def call(self) -> float:
        """One tool call; the milliseconds that it took."""
        started = time.perf_counter()
        body = await self.request("tools/call", {"name": self._target.tool, "arguments": {"text": "hello"}})
        if b"ok" not in body:
            raise RuntimeError(f"{self._target.name}: unexpected answer {body[:300]!r}")
        return (time.perf_counter() - started) * 1000

    async def size_of_call(self) -> int:
        """One tool call; the bytes of its answer, which are not kept."""
        body = self._body("tools/call", {"name": self._target.tool, "arguments": {}})
        size = 0
        async with self._http.post(self._target.url, data=body, headers=self.headers) as got:
            got.raise_for_status()
            async for piece in got.content.iter_any():
                size += len(piece)
        return size


async def calls(target: Target, count: int, *, clients: int = 1, warm_up: int = 50) -> list[float]:
    """The times of ``count`` calls of each of ``clients``, side by side; milliseconds."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        opened = [Client(http, target) for _ in range(clients)]
        for client in opened:
            await client.open()
        for _ in range(warm_up):
            await opened[0].call()

        async def many(client: Client) -> list[float]:
            return [await client.call() for _ in range(count)]

        return [took for times in await asyncio.gather(*map(many, opened)) for took in times]
