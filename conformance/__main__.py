"""``python -m conformance [--short]``: every check that passes directly must pass through the gateway.

The upstream is the everything-server of the official Python SDK's source distribution, over Streamable
HTTP, stdio and SSE. Nothing is excused: there is no list of expected failures.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.home import Home

CACHE: Final = Path(os.environ.get("MCPTUI_CACHE", ".cache")).absolute()
PEERS: Final = Path(os.environ.get("MCPTUI_PEERS", CACHE / "peers")).absolute()
SDK_VERSION: Final = "2.3.0"
HERE: Final = Path(__file__).parent

#: A result's directory is server-<scenario>-<time>.
_TIME: Final = re.compile(r"-\d{4}-\d\d-\d\dT.*")

#: (scenario, check) → status.
Checks = dict[tuple[str, str], str]


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


def main() -> int:
    """Run the matrix; 0 where nothing is lost on the way through the gateway."""
    parser = argparse.ArgumentParser(prog="python -m conformance")
    parser.add_argument("--short", action="store_true", help="one transport for each era")
    runs = SHORT if parser.parse_args().short else RUNS
    source = everything_server()
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        http = stack.enter_context(serving(source, "http"))
        sse = stack.enter_context(serving(source, "sse"))
        home = Home.create(Path(directory) / "home")
        home("server", "add", "http", f"http://127.0.0.1:{http}/mcp", "--no-probe")
        home("server", "add", "events", f"http://127.0.0.1:{sse}/sse", "--transport", "sse", "--no-probe")
        environment = ("--env", f"PYTHONPATH={source}")
        home("server", "add", "stdio", *environment, "--no-probe", "--", sys.executable, "-c", program("stdio"))
        key = home.new_key("suite", "--server", "http", "--server", "events", "--server", "stdio")
        home("gateway", "start")
        try:
            direct_url = f"http://127.0.0.1:{http}/mcp"
            results = [check(run, direct_url, home.url, key, Path(directory)) for run in runs]
        finally:
            home("gateway", "stop", code=None)
    lost = sum(results)
    print(f"{len(runs)} passed, 0 failed" if not lost else f"{lost} checks lost on the way through the gateway")
    return 1 if lost else 0


def check(run: Run, direct_url: str, gateway_url: str, key: str, directory: Path) -> int:
    """How many checks of ``run`` pass directly and not through the gateway, over all its transports."""
    direct = passing(statuses(run, direct_url, directory / "direct", {}))
    print(f"{run.name:<18} direct         {len(direct):>4} checks pass", flush=True)
    if not direct:
        raise SystemExit("the suite passed nothing directly: it did not run")
    lost_in_all = 0
    for transport in run.transports:
        headers = {"x-litellm-api-key": f"Bearer {key}"}
        through = statuses(run, f"{gateway_url}/mcp/{transport}", directory / transport, headers)
        # INFO is what the suite says of an optional form, such as JSON in place of an event stream.
        lost = sorted(each for each in direct if through.get(each) not in ("SUCCESS", "INFO"))
        lost_in_all += len(lost)
        print(f"{'':<18} through {transport:<6} {len(passing(through)):>4} checks pass, {len(lost)} lost", flush=True)
        for scenario, name in lost:
            print(f"{'':<18}   lost: {scenario}: {name}")
    return lost_in_all


def passing(checks: Checks) -> set[tuple[str, str]]:
    """The successful checks of the scenarios in which nothing fails.

    Where a scenario fails directly, it needs tools that the everything-server does not have, and single checks
    pass by accident.
    """
    failed = {scenario for (scenario, _), status in checks.items() if status == "FAILURE"}
    return {each for each, status in checks.items() if status == "SUCCESS" and each[0] not in failed}


def statuses(run: Run, url: str, directory: Path, headers: dict[str, str]) -> Checks:
    """What the suite says of ``url``."""
    output = directory / run.name.replace(", ", "-")
    node = PEERS / "node_modules/node/bin/node"
    suite = PEERS / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    command = [node, "--import", HERE / "inject.mjs", suite, "server", "--url", url, *run.options, "-o", output]
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "INJECT_HEADERS": json.dumps(headers)},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    found: Checks = {}
    for file in output.glob("*/checks.json"):
        scenario = _TIME.sub("", file.parent.name).removeprefix("server-")
        for entry in json.loads(file.read_text(encoding="utf-8")):
            found[scenario, entry["id"]] = entry["status"]
    if not found:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    return found


def everything_server() -> Path:
    """The directory that holds the SDK's everything-server, unpacked from its source distribution."""
    root = CACHE / f"mcp-{SDK_VERSION}"
    source = root / "examples/servers/everything-server"
    if not source.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "mcp"]
        subprocess.run([*command, "--dest", str(CACHE), f"mcp=={SDK_VERSION}"], check=True)
        with tarfile.open(CACHE / f"mcp-{SDK_VERSION}.tar.gz") as archive:
            archive.extractall(CACHE, filter="data")
    return source


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


if __name__ == "__main__":
    sys.exit(main())
