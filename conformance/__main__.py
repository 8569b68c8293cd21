"""``python -m conformance [--short]``: every check that passes directly must pass through the gateway.

Nothing is excused: there is no list of expected failures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from conformance.clients import check_clients
from conformance.servers import check_servers

MODES = {"server": check_servers, "client": check_clients}


def main() -> int:
    """Run the suite in its modes; 0 where nothing is lost on the way through the gateway."""
    parser = argparse.ArgumentParser(prog="python -m conformance")
    parser.add_argument("--short", action="store_true", help="one transport for each era, every scenario once")
    parser.add_argument("--mode", choices=MODES, help="only servers, or only clients, under test; both by default")
    options = parser.parse_args()
    lost = 0
    for mode, check in MODES.items():
        if options.mode in (None, mode):
            print(f"-- {mode} mode", flush=True)
            with tempfile.TemporaryDirectory() as directory:
                lost += check(Path(directory), short=options.short)
    print(f"{lost} checks lost on the way through the gateway" if lost else "nothing is lost through the gateway")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
