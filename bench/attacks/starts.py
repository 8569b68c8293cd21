"""A gateway that is short of something: of room on its disk, of files, or of a clock that can be relied on."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import struct
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.rig import Gateway

#: The room of a small disk, bytes.
_DISK: Final = 32 * 2**20
#: The number of files that a gateway with few of them may open.
FILES: Final = 256
_START: Final = (sys.executable, "-m", "mcptui", "gateway", "start")


class NotPossible(Exception):
    """This system, or this account, does not let the fault be made."""


def on_small_disk(stack: ExitStack, directory: Path) -> None:
    """Make ``directory`` a file system of its own until ``stack`` ends.

    Raises:
        NotPossible: this account may not mount.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform != "linux" or libc.mount(b"tmpfs", bytes(directory), b"tmpfs", 0, b"size=%d,mode=700" % _DISK):
        raise NotPossible("it takes a file system of its own: as root, or with unshare --map-root-user --mount")
    # Lazily: a process that still ends has files in it.
    stack.callback(subprocess.run, ["umount", "--lazy", str(directory)], check=True)


def fill(directory: Path) -> Path:
    """A file in ``directory`` that leaves no byte of the disk to others; whoever removes it makes room."""
    filler = directory / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 2**20
        while size:
            try:
                file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                size //= 2
    return filler


def with_few_files(gateway: Gateway) -> None:
    """Start it so that it may open :data:`FILES` files, and can not raise that."""
    limited = ("sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh", *_START)
    subprocess.run(limited, env={**os.environ, **gateway.home.environment}, stdout=subprocess.DEVNULL, check=True)


def with_own_clock(gateway: Gateway) -> None:
    """Start it so that :func:`set_clock` is what sets its clock.

    Raises:
        NotPossible: it takes Linux and a C compiler.
    """
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        raise NotPossible("it takes Linux and a C compiler")
    library = gateway.home.path / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    set_clock(gateway, 0)
    clock = {"LD_PRELOAD": str(library), "BENCH_CLOCK": str(_clock_of(gateway))}
    subprocess.run(
        _START, env={**os.environ, **gateway.home.environment, **clock}, stdout=subprocess.DEVNULL, check=True
    )


def set_clock(gateway: Gateway, seconds: int) -> None:
    """Let its time of day be ``seconds`` ahead of the true one."""
    path = _clock_of(gateway)
    # In place: the process has the file mapped.
    with path.open("r+b" if path.exists() else "wb", buffering=0) as file:
        file.write(struct.pack("=q", seconds))


def _clock_of(gateway: Gateway) -> Path:
    return gateway.home.path / "clock"
