"""Client mode: the suite plays servers and authorization servers, and judges what reaches them.

Every scenario is run twice: with the official SDK's conformance client, and with the same client behind a gateway.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.suite import Checks, command, lost, passing, run_suite, sdk_source
from tests.support.home import Home, running_home

#: Clients at a time: some of them wait, and the machines that this runs on have two cores.
_AT_A_TIME: Final = 3
#: How long one client may take, milliseconds; the suite's own limit is for a machine that has nothing else to do.
_TIMEOUT: Final = 90_000
_LISTED: Final = re.compile(r"^ *- (\S+) \[([^\]]*)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One scenario, as one revision of MCP has it."""

    scenario: str
    #: None is the one that the suite chooses.
    version: str | None = None

    @property
    def name(self) -> str:
        """For people."""
        return self.scenario if self.version is None else f"{self.scenario} at {self.version}"


def check_clients(directory: Path, *, short: bool) -> int:
    """Run all scenarios; how many checks pass directly and not through the gateway."""
    reference = sdk_source() / ".github/actions/conformance/client.py"
    with running_home(directory / "home") as home:
        (home.path / "key").write_text(home.new_key("suite", "--server", "*"))
        through = (sys.executable, "-m", "conformance.through_gateway", str(home.path), str(home.port))

        def check(cell: Cell) -> int:
            at = directory / cell.name.replace("/", "-")
            direct = _run(cell, (sys.executable, str(reference)), at / "direct", home)
            return _told(cell, direct, _run(cell, through, at / "through", home))

        with ThreadPoolExecutor(_AT_A_TIME) as threads:
            results = list(threads.map(check, cells(short=short)))
    return sum(results)


def cells(*, short: bool) -> list[Cell]:
    """Every scenario as the suite has it by default, and, unless ``short``, in all revisions that it is about."""
    listed = subprocess.run(command("list", "--client"), capture_output=True, encoding="utf-8", check=True).stdout
    found = _LISTED.findall(listed)
    if not found:
        raise SystemExit("the suite lists no scenarios of clients")
    scenarios = [Cell(name) for name, _ in found]
    versions = [Cell(name, version) for name, said in found for version in said.split(",") if version[:1].isdigit()]
    return scenarios if short else scenarios + versions


def _run(cell: Cell, client: Sequence[str], output: Path, home: Home) -> Checks:
    version = () if cell.version is None else ("--spec-version", cell.version)
    options = ("client", "--scenario", cell.scenario, *version, "--timeout", _TIMEOUT)
    return run_suite((*options, "--command", shlex.join(client)), output, home.environment)


def _told(cell: Cell, direct: Checks, through: Checks) -> int:
    """Print how ``cell`` went; how many checks are lost."""
    missing = lost(direct, through)
    good = len(passing(direct))
    nothing = "fails directly" if "FAILURE" in direct.values() else "is not for this client"
    said = f"{good:>3} checks pass directly, {len(missing)} lost" if good else nothing
    rows = [f"{cell.name:<60} {said}", *(f"{'':<60}   lost: {name}" for _, name in missing)]
    print("\n".join(rows), flush=True)
    return len(missing)
