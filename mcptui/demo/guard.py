"""``python -m mcptui.demo.guard HOME [temporary]``: tidies up after a demo that was killed.

It reads its standard input, whose other end the demo holds and closes by ending, however it ends. Then it stops the
gateway of the home and removes a temporary home. A demo that tidies up itself ends it before.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TEMPORARY: Final = "temporary"


@contextlib.contextmanager
def guarded(home: Path, *, temporary: bool) -> Iterator[None]:
    """Have a process stop the gateway of ``home``, and remove a temporary one, if this one is killed in the block."""
    root = str(Path(__file__).parents[2])
    # Started where the package is, so that a checkout that is not installed works too.
    words = [sys.executable, "-m", __name__, str(home), *([_TEMPORARY] if temporary else [])]
    with subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=root,
    ) as process:
        try:
            yield
        finally:
            process.kill()


def tidy_up(home: Path, *, temporary: bool) -> None:
    """Stop the gateway of ``home``; remove ``home`` where it is temporary."""
    # The guard waits for the life of a demo, and needs these at its end.
    import asyncio
    import shutil

    from mcptui.services.workspace import Workspace

    asyncio.run(Workspace.open(home).gateway.stop())
    if temporary:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    tidy_up(Path(sys.argv[1]), temporary=_TEMPORARY in sys.argv[2:])
