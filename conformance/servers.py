"""Server mode: the suite is the client, of a server directly and of the same server through the gateway.

The upstream is the everything-server of the official Python SDK's source distribution, over Streamable HTTP, stdio and
SSE.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.suite import Checks, everything_server, lost, passing, run_suite
from tests.support.home import Home


@dataclass(frozen=True)
class Run:
    """One invocation of the suite."""

    name: str
    options: Sequence[str]
    #: The transports to the upstream that it is run over.
    transports: Sequence[str]


STATELESS: Final = Run("2026-07-28", ("--requirements", "2026-07-28"), ("http", "stdio"))
HANDSHAKE: Final = Run("2025-11-25", ("--requirements", "2025-11-25"), ("http", "stdio", "events"))
RUNS: Final = (
    STATELESS,
    HANDSHAKE,
    Run("2025-06-18, all", ("--suite", "all", "--spec-version", "2025-06-18"), ("http",)),
    Run("2025-03-26, all", ("--suite", "all", "--spec-version", "2025-03-26"), ("http",)),
)
SHORT: Final = (
    Run(STATELESS.name, STATELESS.options, ("http",)),
    Run(HANDSHAKE.name, HANDSHAKE.options, ("stdio",)),
)


def check_servers(directory: Path, *, short: bool) -> int:
    """Run the matrix; how many checks pass directly and not through the gateway."""
    source = everything_server()
    with ExitStack() as stack:
        http = stack.enter_context(serving(source, "http"))
        sse = stack.enter_context(serving(source, "sse"))
        home = Home.create(directory / "home")
        home("server", "add", "http", f"http://127.0.0.1:{http}/mcp", "--no-test")
        home("server", "add", "events", f"http://127.0.0.1:{sse}/sse", "--transport", "sse", "--no-test")
        environment = ("--env", f"PYTHONPATH={source}")
        home("server", "add", "stdio", *environment, "--no-test", "--", sys.executable, "-c", program("stdio"))
        key = home.new_key("suite", "--server", "http", "--server", "events", "--server", "stdio")
        home("gateway", "start")
        try:
            direct_url = f"http://127.0.0.1:{http}/mcp"
            return sum(check(run, direct_url, home.url, key, directory) for run in (SHORT if short else RUNS))
        finally:
            home("gateway", "stop", code=None)


def check(run: Run, direct_url: str, gateway_url: str, key: str, directory: Path) -> int:
    """How many checks of ``run`` pass directly and not through the gateway, over all its transports."""
    direct = statuses(run, direct_url, directory / "direct", {})
    print(f"{run.name:<18} direct         {len(passing(direct)):>4} checks pass", flush=True)
    if not passing(direct):
        raise SystemExit("the suite passed nothing directly: it did not run")
    lost_in_all = 0
    for transport in run.transports:
        headers = {"x-litellm-api-key": f"Bearer {key}"}
        through = statuses(run, f"{gateway_url}/mcp/{transport}", directory / transport, headers)
        missing = lost(direct, through)
        lost_in_all += len(missing)
        print(
            f"{'':<18} through {transport:<6} {len(passing(through)):>4} checks pass, {len(missing)} lost", flush=True
        )
        for scenario, name in missing:
            print(f"{'':<18}   lost: {scenario}: {name}")
    return lost_in_all


def statuses(run: Run, url: str, directory: Path, headers: dict[str, str]) -> Checks:
    """What the suite says of ``url``."""
    output = directory / run.name.replace(", ", "-")
    return run_suite(("server", "--url", url, *run.options), output, {"INJECT_HEADERS": json.dumps(headers)})


def program(transport: str, port: int = 0) -> str:
    """What starts the everything-server over ``transport``."""
    if transport == "stdio":
        return "from mcp_everything_server.server import mcp; mcp.run('stdio')"
    return f"from mcp_everything_server.server import mcp; mcp.run('{transport}', host='127.0.0.1', port={port})"


@contextmanager
def serving(source: Path, transport: str) -> Iterator[int]:
    """The port of an everything-server that listens on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    arguments = ["-m", "mcp_everything_server", "--port", str(port)]
    if transport == "sse":
        arguments = ["-c", program("sse", port)]
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(source)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    """Return when something listens on ``port``."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"the everything-server did not start on port {port}")
