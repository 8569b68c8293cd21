"""``python -m bench [SCENARIO…] [--peers] [--write]``: what the gateway and the app cost.

Figures are comparable within one run only: the programs take turns, and of several rounds the best counts,
since what disturbs a run only ever makes it slower. ``--write`` replaces the sections of RESULTS.md that ran.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.rig import Rig
from bench.scenarios import access, app, calls, isolation, lists, memory, models, start, terminal

_RESULTS: Final = Path(__file__).with_name("RESULTS.md")
_TITLE: Final = "# What mcptui costs\n\nMade by `make bench-peers`; ratios within a section are what counts.\n"
SCENARIOS: Final = {
    module.__name__.rpartition(".")[2]: (module.TITLE, module.run)
    for module in (calls, lists, access, isolation, memory, models, start, app, terminal)
}


def main() -> None:
    """Measure, print, and with --write record."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; all by default")
    parser.add_argument("--peers", action="store_true", help="FastMCP's proxy and mcp-proxy in the same run")
    parser.add_argument("--write", action="store_true", help="record the result in bench/RESULTS.md")
    options = parser.parse_args()
    unknown = [name for name in options.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"no scenario {unknown[0]!r}; there are {', '.join(SCENARIOS)}")
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    for name in options.scenarios or SCENARIOS:
        title, run = SCENARIOS[name]
        with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
            found = run(Rig(stack, Path(directory), peers=options.peers))
        section = "\n".join([f"## {title}", "", f"{datetime.now(UTC):%Y-%m-%d}, {machine}.", "", *found, ""])
        print(section, flush=True)
        if options.write:
            _RESULTS.write_text(recorded(_RESULTS.read_text(encoding="utf-8"), title, section), encoding="utf-8")


def recorded(results: str, title: str, section: str) -> str:
    """``results`` with the section ``title`` replaced, or added at its end."""
    sections = {part.partition("\n")[0]: part for part in re.split(r"^## ", results, flags=re.MULTILINE)[1:]}
    sections[title] = section.removeprefix("## ")
    return _TITLE + "".join(f"\n## {part.rstrip()}\n" for part in sections.values())


if __name__ == "__main__":
    main()
