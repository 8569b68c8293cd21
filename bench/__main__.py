"""Measure one call directly and through the gateway, and how long the gateway takes to be there."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from mcptui.testing.home import Home

_WARM_UPS = 50
_CALLS = 300
_CLIENTS = 8
_ACCEPT = {"Accept": "application/json, text/event-stream"}


@contextmanager
def upstream() -> Iterator[str]:
    """The URL of the server behind the gateway."""
    process = subprocess.Popen([sys.executable, "-m", "bench.upstream"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/mcp"
    finally:
        process.terminate()
        process.communicate(timeout=10)


class Caller:
    """One client: a connection that is kept, and a session."""

    def __init__(self, http: aiohttp.ClientSession, url: str, tool: str) -> None:
        self._http = http
        self._url = url
        self._tool = tool
        self._headers = dict(_ACCEPT)

    async def open(self) -> None:
        """Shake hands."""
        params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
        async with self._post({"id": 0, "method": "initialize", "params": params}) as answer:
            answer.raise_for_status()
            await answer.read()
            if session := answer.headers.get("Mcp-Session-Id"):
                self._headers["Mcp-Session-Id"] = session
        async with self._post({"method": "notifications/initialized"}) as answer:
            await answer.read()

    async def call(self) -> float:
        """Call the tool; the milliseconds that it took."""
        started = time.perf_counter()
        params = {"name": self._tool, "arguments": {"text": "hello"}}
        async with self._post({"id": 1, "method": "tools/call", "params": params}) as answer:
            body = await answer.read()
        if b'"ok"' not in body:
            raise RuntimeError(f"unexpected answer: {answer.status} {body[:200]!r}")
        return (time.perf_counter() - started) * 1000

    def _post(self, message: dict[str, Any]) -> Any:
        return self._http.post(self._url, json={"jsonrpc": "2.0", **message}, headers=self._headers)


async def measure(url: str, tool: str, headers: dict[str, str]) -> tuple[float, float, float]:
    """Median and 95th percentile of one client's calls in ms, and calls per second of all clients."""
    async with aiohttp.ClientSession(headers=headers) as http:
        callers = [Caller(http, url, tool) for _ in range(_CLIENTS)]
        for caller in callers:
            await caller.open()
        for _ in range(_WARM_UPS):
            await callers[0].call()
        took = [await callers[0].call() for _ in range(_CALLS)]

        async def many(caller: Caller) -> None:
            for _ in range(_CALLS):
                await caller.call()

        started = time.perf_counter()
        await asyncio.gather(*(many(caller) for caller in callers))
        rate = _CLIENTS * _CALLS / (time.perf_counter() - started)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1], rate


def row(name: str, figures: tuple[float, float, float]) -> None:
    """One line of the table."""
    print(f"{name:<12}{figures[0]:>8.2f} ms{figures[1]:>8.2f} ms{figures[2]:>10.0f}/s")


def main() -> None:
    """Print a table; compare the ratios within one run only."""
    with tempfile.TemporaryDirectory() as directory, upstream() as url:
        home = Home.create(Path(directory) / "home")
        home("server", "add", "bench", url, "--no-probe")
        key = home.new_key("bench", "--server", "bench")
        started = time.perf_counter()
        home("gateway", "start")
        ready = time.perf_counter() - started
        try:
            print(f"{'':<12}{'median':>11}{'p95':>11}{f'{_CLIENTS} clients':>12}")
            row("direct", asyncio.run(measure(url, "echo", {})))
            headers = {"Authorization": f"Bearer {key}"}
            row("gateway", asyncio.run(measure(f"{home.url}/mcp", "bench__echo", headers)))
            process = psutil.Process(home("gateway", "status", "--json").json["pid"])
            print(f"\ngateway start by command: {ready:.2f} s · memory: {process.memory_info().rss / 2**20:.0f} MiB")
        finally:
            home("gateway", "stop", code=None)


if __name__ == "__main__":
    main()
