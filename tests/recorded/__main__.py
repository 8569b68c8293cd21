"""Writes the recordings anew: ``python -m tests.recorded [GROUP …]``, from the root of the repository.

Do it only when the wire is meant to change, and read the difference before it is kept.
"""

from __future__ import annotations

import asyncio
import logging
import sys

from tests.recorded.recorder import run, write
from tests.recorded.requests import GROUPS


def main(names: list[str]) -> None:
    """Record the groups ``names``, or all."""
    logging.disable()  # what goes wrong in here is meant to
    for name in names or GROUPS:
        exchanges = asyncio.run(run(GROUPS[name]))
        write(name, exchanges)
        print(f"{name}: {len(exchanges)}")


if __name__ == "__main__":
    main(sys.argv[1:])
