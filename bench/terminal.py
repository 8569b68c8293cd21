"""A program in a terminal: its keys, what it writes, and the CPU time that it takes."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from bench.rig import cpu_seconds

WIDTH: Final = 120
HEIGHT: Final = 36
#: What is written after a pause of this length is not the answer to the key before it.
_PAUSE: Final = 0.6


class Terminal:
    """A running program; made by :func:`in_terminal`."""

    def __init__(self, pid: int, file: int) -> None:
        self.pid = pid
        self._file = file

    def output(self, *, until: bytes = b"", seconds: float = 30.0) -> bytes:
        """What is written until ``until`` was in it and nothing more comes."""
        seen = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self._file], [], [], _PAUSE)
            if ready:
                seen += os.read(self._file, 1 << 16)
            elif until in seen:
                return seen
        raise TimeoutError(f"{until!r} is not in the {len(seen)} bytes of {seconds:g} s")

    def press(self, keys: str) -> int:
        """How many bytes are written in answer to ``keys``."""
        os.write(self._file, keys.encode())
        return len(self.output())

    def cpu_share(self, seconds: float) -> float:
        """The share of one core that the program takes while nothing is pressed."""
        before = cpu_seconds(self.pid)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._file], [], [], left)[0]:
                os.read(self._file, 1 << 16)
        return (cpu_seconds(self.pid) - before) / seconds


@contextmanager
def in_terminal(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a Python program in a terminal of 120x36 with all colours; it is killed at the end."""
    pid, file = pty.fork()
    if pid == 0:
        whole = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
        os.execve(sys.executable, [sys.executable, *arguments], whole)
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    try:
        yield Terminal(pid, file)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(file)
