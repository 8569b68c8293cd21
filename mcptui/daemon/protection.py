"""Keeps other programs of this account out of the gateway's memory, where secrets and keys of the vault are."""

from __future__ import annotations

import contextlib
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def protect_memory() -> None:
    """From now on no other process of this account reads the memory or the first environment of this one.

    On Linux the process is no longer dumpable (prctl(2)): /proc/PID/environ, /proc/PID/mem, ptrace(2) and core dumps
    are for root. Programs that it starts are as any other. Elsewhere it writes no core dump.
    """
    if sys.platform == "linux":
        import ctypes

        # A system that refuses it, such as a sandbox, has rules of its own.
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    elif sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
