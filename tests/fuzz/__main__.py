"""``python -m tests.fuzz [TARGET…] [--seconds N]``: bytes that reach new code, until one breaks a promise.

What was tried is kept in ``.cache/fuzz`` and gone on with. An input that breaks one becomes a line of
``tests/fuzz/test_targets.py`` when its fault is mended.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

_KEPT: Final = Path(__file__).parents[2] / ".cache/fuzz"
#: One input may take so long, seconds, and so much memory, megabytes.
_TIMEOUT: Final = 5
_MEMORY: Final = 1_024


def main() -> int:
    """Fuzz every target that is named, or all of them, two at a time; 1 where one of them broke a promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        _fuzz(options.targets[0], options.seconds)
    from tests.fuzz.targets import TARGETS

    waiting = options.targets or list(TARGETS)
    broken, running = [], dict[str, subprocess.Popen[bytes]]()
    while waiting or running:
        while waiting and len(running) < 2:
            name = waiting.pop(0)
            command = [sys.executable, "-m", "tests.fuzz", name, "--alone", "--seconds", str(options.seconds)]
            with (_directory(name) / "log").open("wb") as log:
                running[name] = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        name, process = next(iter(running.items()))
        code = process.wait()
        del running[name]
        end = f"; one of them breaks a promise: {_directory(name)}" if code else ""
        print(f"{name}: {_last_count(_directory(name) / 'log')} inputs{end}", flush=True)
        broken += [name] if code else []
    return 1 if broken else 0


def _directory(name: str) -> Path:
    directory = _KEPT / name
    (directory / "corpus").mkdir(parents=True, exist_ok=True)
    return directory


def _last_count(log: Path) -> str:
    """How many inputs were tried, as libFuzzer says at its end, or in between."""
    found = re.findall(r"^(?:Done |#)(\d+)", log.read_text(errors="replace"), re.MULTILINE)
    return found[-1] if found else "no"


def _fuzz(name: str, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["mcptui", "tests.fuzz"]):
        from tests.fuzz.targets import SEEDS, TARGETS
    directory = _directory(name)
    for number, seed in enumerate(SEEDS[name]):
        (directory / f"corpus/seed{number}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-timeout={_TIMEOUT}", f"-rss_limit_mb={_MEMORY}", "-max_len=4096"]
    arguments = [*limits, f"-artifact_prefix={directory}{os.sep}", str(directory / "corpus")]
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
