"""Who listens on a port."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
from pathlib import Path


def port_owner(port: int) -> str | None:
    """ "name (pid N)" of the program that listens on ``port`` of this machine, if that can be found out."""
    return _from_proc(port) if Path("/proc/net/tcp").exists() else _lsof(port)


def _from_proc(port: int) -> str | None:
    """From /proc: the socket's inode, then the process that has it open (proc(5))."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").iterdir() if inodes else ():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for handle in (process / "fd").iterdir():
                if str(handle.readlink()) in inodes:
                    name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
                    return f"{name} (pid {process.name})"
    return "a program that does not show its files (of another account, or another gateway)" if inodes else None


def _lsof(port: int) -> str | None:
    program = shutil.which("lsof")
    if program is None:
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            [program, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=5,
            check=False,
        )
        fields = {line[0]: line[1:] for line in done.stdout.splitlines() if line}
        if "p" in fields:
            return f"{fields.get('c', 'a program')} (pid {fields['p']})"
    return None


def free_port(host: str, start: int) -> int | None:
    """The next port from ``start`` on which nothing listens."""
    for port in range(start, min(start + 100, 65_536)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port
    return None
