"""``python -m bench [--peers] [--write]``: what the gateway costs, beside a bare relay and other proxies.

Figures are comparable within one run only: the programs take turns, and of several rounds the best counts,
since what disturbs a run only ever makes it slower.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp
import psutil

from bench.client import Client, Target, calls
from mcptui.testing.home import Home, free_port

_CALLS: Final = 2000
_ROUNDS: Final = 4
_CLIENTS: Final = 16
_RESULTS: Final = Path(__file__).with_name("RESULTS.md")


@dataclass
class Figures:
    """The best of all rounds of one target."""

    cpu_us: float = float("inf")
    p50: float = float("inf")
    p90: float = float("inf")
    p99: float = float("inf")
    rate: float = 0.0


@contextmanager
def running(*arguments: str) -> Iterator[tuple[int, int]]:
    """(pid, port) of a module of this package that prints its port."""
    process = subprocess.Popen([sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=10)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children so far."""
    process = psutil.Process(pid)
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system
    return total


def measure(targets: Sequence[Target], rounds: int = _ROUNDS) -> dict[str, Figures]:
    """Turns of one client, then one of many, for every target."""
    found = {target.name: Figures() for target in targets}
    for _ in range(rounds):
        for target in targets:
            best = found[target.name]
            slow = target.name.startswith("FastMCP")
            count = _CALLS // 6 if slow else _CALLS
            asyncio.run(calls(target, 50, warm_up=10))
            before = cpu_seconds(target.pid)
            took = asyncio.run(calls(target, count, warm_up=0))
            best.cpu_us = min(best.cpu_us, (cpu_seconds(target.pid) - before) / count * 1e6)
            cuts = statistics.quantiles(took, n=100)
            best.p50, best.p90, best.p99 = min(best.p50, cuts[49]), min(best.p90, cuts[89]), min(best.p99, cuts[98])
    for target in targets:
        share = 10 if target.name.startswith("FastMCP") else 100
        started = time.perf_counter()
        asyncio.run(calls(target, share, clients=_CLIENTS, warm_up=0))
        found[target.name].rate = share * _CLIENTS / (time.perf_counter() - started)
    return found


def table(targets: Sequence[Target], found: dict[str, Figures]) -> list[str]:
    """Markdown of the calls."""
    lines = [
        f"| path | CPU µs per call | p50 ms | p90 ms | p99 ms | calls/s, {_CLIENTS} clients |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for target in targets:
        one = found[target.name]
        lines.append(
            f"| {target.name} | {one.cpu_us:.0f} | {one.p50:.2f} | {one.p90:.2f} | {one.p99:.2f} | {one.rate:.0f} |"
        )
    return lines


def ratio(found: dict[str, Figures], name: str, floor: str, bar: float) -> str:
    """One bar on CPU time."""
    value = found[name].cpu_us / found[floor].cpu_us
    return f"- CPU of {name} / {floor}: **{value:.2f}** (bar {bar:g}) {'met' if value <= bar else 'not met'}"


def added(found: dict[str, Figures], name: str, floor: str, direct: str, bar: float) -> str:
    """The bar on added latency."""
    value = (found[name].p50 - found[direct].p50) / (found[floor].p50 - found[direct].p50)
    verdict = "met" if value <= bar else "not met"
    return f"- p50 added by {name} / added by {floor}: **{value:.2f}** (bar {bar:g}) {verdict}"


class Gateway:
    """The real gateway in a home of its own, in front of all upstreams."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.key = ""

    def start(self) -> float:
        """Seconds from the command to a healthy gateway."""
        started = time.perf_counter()
        self.home("gateway", "start")
        return time.perf_counter() - started

    @property
    def pid(self) -> int:
        """The process."""
        pid: int = self.home("gateway", "status", "--json").json["pid"]
        return pid

    def target(self, name: str, era: str, tool: str) -> Target:
        """A client of the gateway."""
        return Target(name, f"{self.home.url}/mcp", era, tool, self.pid, self.key)


def memory(gateway: Gateway) -> list[str]:
    """Idle, after many calls, with many sessions."""
    process = psutil.Process(gateway.pid)

    def mib() -> float:
        return process.memory_info().rss / 2**20

    idle = mib()
    target = gateway.target("memory", "handshake", "handshake__echo")
    asyncio.run(calls(target, 1000, clients=10))
    after = mib()

    async def open_sessions() -> None:
        async with aiohttp.ClientSession() as http:
            for _ in range(2000):
                await Client(http, target).open()

    asyncio.run(open_sessions())
    line = (
        f"- memory: idle **{idle:.0f} MiB** (bar 70), after 10,000 calls **{after:.0f} MiB**, "
        f"with 2,000 more sessions **{mib():.0f} MiB** (bar 250)"
    )
    return [line]


def isolation(gateway: Gateway) -> list[str]:
    """p99 of calls to a healthy server, alone and beside a hanging and a dead one that are being called."""
    healthy = gateway.target("healthy", "stateless", "stateless__echo")
    alone = statistics.quantiles(asyncio.run(calls(healthy, 2000)), n=100)

    async def beside() -> list[float]:
        async def stuck(tool: str) -> None:
            async with aiohttp.ClientSession() as http:
                client = Client(http, gateway.target(tool, "stateless", tool))
                while True:
                    with contextlib.suppress(RuntimeError, aiohttp.ClientError):
                        await client.call()
                    await asyncio.sleep(0.05)

        others = [asyncio.create_task(stuck(tool)) for tool in ("hanging__echo", "dead__echo")]
        try:
            return await calls(healthy, 2000)
        finally:
            for task in others:
                task.cancel()

    with_others = statistics.quantiles(asyncio.run(beside()), n=100)
    line = (
        f"- healthy server beside a hanging and a dead one: p50 {alone[49]:.2f} → {with_others[49]:.2f} ms, "
        f"p99 {alone[98]:.2f} → {with_others[98]:.2f} ms (bar 1.2 ×)"
    )
    return [line]


def start_up(directory: Path) -> list[str]:
    """Command to healthy with 20 servers that cannot be reached."""
    home = Home.create(directory / "cold")
    for index in range(20):
        home.config.open("a", encoding="utf-8").write(f'\n[servers.s{index}]\nurl = "http://127.0.0.1:1/mcp"\n')
    gateway = Gateway(home)
    times = []
    for _ in range(3):
        times.append(gateway.start())
        home("gateway", "stop")
    return [
        f"- command to healthy, 20 unreachable servers: **{min(times):.2f} s** (bar 1.0, the command line included)"
    ]


def fastmcp_proxy(url: str, stack: ExitStack) -> Target:
    """FastMCP's own proxy, from the development environment."""
    port = free_port()
    code = (
        f"from fastmcp.server import create_proxy; create_proxy('{url}', name='p').run(transport='http', "
        f"host='127.0.0.1', port={port}, path='/mcp', log_level='warning', show_banner=False)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    stack.callback(process.wait, 10)
    stack.callback(process.terminate)
    return Target("FastMCP proxy, handshake", f"http://127.0.0.1:{port}/mcp", "handshake", "echo", process.pid)


def npm_proxy(url: str, stack: ExitStack) -> Target:
    """mcp-proxy in front of mcp-remote, from the npm registry (make peers)."""
    peers = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
    port = free_port()
    node = str(peers / "node/bin/node")
    command = [node, str(peers / "mcp-proxy/dist/bin/mcp-proxy.mjs"), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--server", "stream", "--", node, str(peers / "mcp-remote/dist/proxy.js"), url, "--allow-http"]
    command += ["--transport", "http-only"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait, 10)
    stack.callback(process.terminate)
    return Target("mcp-proxy (npm), handshake", f"http://127.0.0.1:{port}/mcp", "handshake", "echo", process.pid)


def wait_until_open(target: Target) -> None:
    """Return when the peer answers a call."""
    deadline = time.monotonic() + 60
    while True:
        try:
            asyncio.run(calls(target, 1, warm_up=0))
        except (aiohttp.ClientError, RuntimeError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def main() -> None:
    """Measure, print, and with --write record."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--peers", action="store_true", help="FastMCP's proxy and mcp-proxy in the same run")
    parser.add_argument("--write", action="store_true", help="record the result in bench/RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        stateless_pid, stateless = stack.enter_context(running("bench.upstream", "stateless"))
        handshake_pid, handshake = stack.enter_context(running("bench.upstream", "handshake"))
        _, hanging = stack.enter_context(running("bench.upstream", "hanging"))
        stateless_url, handshake_url = (f"http://127.0.0.1:{port}/mcp" for port in (stateless, handshake))
        relay_pid, relay = stack.enter_context(running("bench.relay", stateless_url))
        relay2_pid, relay2 = stack.enter_context(running("bench.relay", handshake_url))
        home = Home.create(Path(directory) / "home")
        for name, port in (("stateless", stateless), ("handshake", handshake), ("hanging", hanging), ("dead", 1)):
            home("server", "add", name, f"http://127.0.0.1:{port}/mcp", "--no-probe")
        gateway = Gateway(home)
        names = ("stateless", "handshake", "hanging", "dead")
        gateway.key = home.new_key("bench", *(word for name in names for word in ("--server", name)))
        gateway.start()
        stack.callback(home, "gateway", "stop", code=None)
        wait_until_open(gateway.target("", "stateless", "stateless__echo"))
        wait_until_open(gateway.target("", "stateless", "handshake__echo"))
        targets = [
            Target("direct, stateless", stateless_url, "stateless", "echo", stateless_pid),
            Target("bare relay, stateless", f"http://127.0.0.1:{relay}/mcp", "stateless", "echo", relay_pid),
            gateway.target("mcptui, stateless", "stateless", "stateless__echo"),
            Target("direct, handshake", handshake_url, "handshake", "echo", handshake_pid),
            Target("bare relay, handshake", f"http://127.0.0.1:{relay2}/mcp", "handshake", "echo", relay2_pid),
            gateway.target("mcptui, handshake", "handshake", "handshake__echo"),
            gateway.target("mcptui, handshake → stateless", "handshake", "stateless__echo"),
            gateway.target("mcptui, stateless → handshake", "stateless", "handshake__echo"),
        ]
        if options.peers:
            peers = [fastmcp_proxy(handshake_url, stack), npm_proxy(handshake_url, stack)]
            for peer in peers:
                wait_until_open(peer)
            targets += peers
        found = measure(targets)
        machine = (
            f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
        )
        lines = [
            f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine}: best of {_ROUNDS} rounds of {_CALLS} calls.",
            "",
            *table(targets, found),
            "",
            ratio(found, "mcptui, stateless", "bare relay, stateless", 1.5),
            ratio(found, "mcptui, handshake", "bare relay, handshake", 2.0),
            added(found, "mcptui, stateless", "bare relay, stateless", "direct, stateless", 1.5),
            *isolation(gateway),
            *memory(gateway),
            *start_up(Path(directory)),
        ]
    print("\n".join(lines))
    if options.write:
        title = "# What the gateway costs\n\nMade by `make bench-peers`; ratios within the run are what counts.\n\n"
        _RESULTS.write_text(title + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
