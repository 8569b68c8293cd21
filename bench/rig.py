"""What is measured: upstreams, bare relays and gateways, each a process of its own, ended together."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import aiohttp
import psutil

from bench.client import Target, calls
from tests.support.home import Home


@dataclass(frozen=True)
class Program:
    """A running program that answers MCP."""

    pid: int
    url: str


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


class Gateway:
    """The real gateway in a home of its own.

    Args:
        home: where; servers are added to it before it starts.
        servers: name → URL.
    """

    def __init__(self, home: Home, servers: Mapping[str, str]) -> None:
        self.home = home
        for name, url in servers.items():
            home("server", "add", name, url, "--no-test")
        self.key = home.new_key("bench", *(word for name in servers for word in ("--server", name)))

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

    def target(self, name: str, era: str, tool: str = "") -> Target:
        """A client of the gateway."""
        return Target(name, f"{self.home.url}/mcp", era, tool, self.pid, self.key)


class Rig:
    """Everything that scenarios share; made when the first of them needs it."""

    def __init__(self, stack: ExitStack, directory: Path, *, peers: bool) -> None:
        self._stack = stack
        self._directory = directory
        self._programs: dict[tuple[str, ...], Program] = {}
        #: Whether other makers' proxies are measured too.
        self.peers = peers

    @contextmanager
    def anew(self, name: str) -> Iterator[Rig]:
        """A rig whose programs are started for it: how fast a program runs depends on its start, by a tenth."""
        directory = self._directory / name
        directory.mkdir()
        with ExitStack() as stack:
            yield Rig(stack, directory, peers=self.peers)

    def program(self, *arguments: str) -> Program:
        """A module of this package, started once."""
        if arguments not in self._programs:
            pid, port = self._stack.enter_context(running(*arguments))
            self._programs[arguments] = Program(pid, f"http://127.0.0.1:{port}/mcp")
        return self._programs[arguments]

    def upstream(self, mode: str) -> Program:
        """The cheapest server of that mode."""
        return self.program("bench.upstream", mode)

    def relay(self, mode: str, client: str = "aiohttp") -> Program:
        """The bare relay in front of it, over one of the clients that it knows."""
        return self.program("bench.relay", self.upstream(mode).url, client)

    def new_gateway(self, name: str, servers: Mapping[str, str]) -> Gateway:
        """A gateway of its own, not started yet."""
        gateway = Gateway(Home.create(self._directory / name), servers)
        self._stack.callback(gateway.home, "gateway", "stop", code=None)
        return gateway

    @cached_property
    def gateway(self) -> Gateway:
        """The gateway in front of a server of every mode, and of one that is not there; running."""
        servers = {mode: self.upstream(mode).url for mode in ("stateless", "handshake", "hanging", "flapping")}
        gateway = self.new_gateway("home", {**servers, "dead": "http://127.0.0.1:1/mcp"})
        gateway.start()
        for mode in ("stateless", "handshake"):
            wait_until_open(gateway.target("", "stateless", f"{mode}__echo"))
        return gateway

    def run(self, process: subprocess.Popen[bytes]) -> None:
        """End ``process`` with everything else."""
        self._stack.callback(process.wait, 10)
        self._stack.callback(process.terminate)


def wait_until_open(target: Target) -> None:
    """Return when ``target`` answers a call."""
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


def verdict(value: float, bar: float, unit: str = "") -> str:
    """A figure beside its bar."""
    return f"**{value:.2f}{unit}** (bar {bar:g}{unit}) {'met' if value <= bar else 'not met'}"
