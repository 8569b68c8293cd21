"""The official conformance suite, and the source distribution of the official Python SDK with what it is tried with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

CACHE: Final = Path(os.environ.get("MCPTUI_CACHE", ".cache")).absolute()
PEERS: Final = Path(os.environ.get("MCPTUI_PEERS", CACHE / "peers")).absolute()
SDK_VERSION: Final = "2.3.0"
HERE: Final = Path(__file__).parent

#: A result's directory ends with its time; one of a server begins with this.
_TIME: Final = re.compile(r"-\d{4}-\d\d-\d\dT.*")
_SERVER: Final = "server-"

#: A check may be made several times, and is as good as its worst; one that was skipped once was perhaps made once more.
_WORST_FIRST: Final = ("FAILURE", "WARNING", "SUCCESS", "INFO", "SKIPPED")

#: (scenario, check) → status.
Checks: TypeAlias = Mapping[tuple[str, str], str]


def command(*arguments: object) -> list[str]:
    """What calls the suite."""
    node = PEERS / "node_modules/node/bin/node"
    suite = PEERS / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    return [str(part) for part in (node, "--import", HERE / "inject.mjs", suite, *arguments)]


def run_suite(arguments: Sequence[object], output: Path, environment: Mapping[str, str] | None = None) -> Checks:
    """What the suite says when it is called with ``arguments``; its files go to the directory ``output``."""
    done = subprocess.run(
        command(*arguments, "-o", output),
        env={**os.environ, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    found: dict[tuple[str, str], str] = {}
    for file in sorted(output.glob("**/checks.json")):
        scenario = _TIME.sub("", str(file.parent.relative_to(output))).removeprefix(_SERVER)
        for entry in json.loads(file.read_text(encoding="utf-8")):
            key = (scenario, entry["id"])
            found[key] = min(found.get(key, entry["status"]), entry["status"], key=_WORST_FIRST.index)
    if not found:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    return found


def passing(checks: Checks) -> set[tuple[str, str]]:
    """The successful checks of the scenarios in which nothing fails.

    Where a scenario fails directly, it needs what the reference does not have, and single checks pass by accident.
    """
    failed = {scenario for (scenario, _), status in checks.items() if status == "FAILURE"}
    return {each for each, status in checks.items() if status == "SUCCESS" and each[0] not in failed}


def lost(direct: Checks, through: Checks) -> list[tuple[str, str]]:
    """The checks that pass directly and not through the gateway."""
    # INFO is what the suite says of an optional form, such as JSON in place of an event stream.
    return sorted(each for each in passing(direct) if through.get(each) not in ("SUCCESS", "INFO"))


def sdk_source() -> Path:
    """The directory of the SDK's source distribution, unpacked."""
    root = CACHE / f"mcp-{SDK_VERSION}"
    if not root.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "mcp"]
        subprocess.run([*command, "--dest", str(CACHE), f"mcp=={SDK_VERSION}"], check=True)
        with tarfile.open(CACHE / f"mcp-{SDK_VERSION}.tar.gz") as archive:
            archive.extractall(CACHE, filter="data")
    return root


def everything_server() -> Path:
    """The directory that holds the SDK's everything-server."""
    return sdk_source() / "examples/servers/everything-server"
