"""A process group: whether anything of it is left, and whether it works."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
#: Fields of /proc/PID/stat behind the name of the program (proc_pid_stat(5)): group, and ticks of the processor that it
#: and its ended children have used.
_GROUP, _TICKS = 2, slice(11, 15)


def is_left(group: int) -> bool:
    """Whether a process of ``group`` still exists."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def work(group: int) -> int | None:
    """The ticks of the processor that the processes of ``group`` have used; None where nobody can say."""
    if not _PROC.is_dir():
        return None
    return sum(sum(map(int, fields[_TICKS])) for fields in _stats() if int(fields[_GROUP]) == group)


def _stats() -> Iterator[list[bytes]]:
    for process in _PROC.iterdir():
        if process.name.isdecimal():
            try:
                yield (process / "stat").read_bytes().rpartition(b")")[2].split()
            except OSError:
                continue  # it has just ended
