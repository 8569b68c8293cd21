"""Files that other accounts of this machine can read or change: of a home, and of clients that hold a key."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcptui.files import PRIVATE_DIRECTORY, PRIVATE_FILE, read_bounded
from mcptui.interop.clients import CLIENTS
from mcptui.interop.machine import Machine
from mcptui.protocol.keys import KEY_PREFIX
from mcptui.services.clients import client_files
from mcptui.state.paths import Paths

_READ: Final = stat.S_IRGRP | stat.S_IROTH
_CHANGE: Final = stat.S_IWGRP | stat.S_IWOTH
#: No configuration of a client is larger.
_MOST: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exposed:
    """One file or directory, what others can do with it, and how that ends."""

    path: Path
    what: str
    hint: str


def exposed_in_home(paths: Paths) -> Iterator[Exposed]:
    """What of a home is open to others: a directory or ``mcptui.toml`` to be changed, the rest to be read as well."""
    for directory in dict.fromkeys((paths.config_dir, paths.state_dir, paths.log_dir, paths.backups)):
        yield from _look_at(directory, _CHANGE, PRIVATE_DIRECTORY)
    # A person may give it to others to read: it holds no secret. It says which commands run.
    yield from _look_at(paths.config_file, _CHANGE, PRIVATE_FILE)
    # Wherever the key of the vault is, only its owner may read it: one beside the vault is refused otherwise too.
    for directory in dict.fromkeys((paths.state_dir, paths.log_dir, paths.backups, paths.backups / "clients")):
        for file in _files(directory):
            yield from _look_at(file, _READ | _CHANGE, PRIVATE_FILE)


def exposed_clients(machine: Machine) -> Iterator[Exposed]:
    """Files of clients with the key of a gateway in them that others can read."""
    for client in CLIENTS.values():
        for path in client_files(client, machine):
            if KEY_PREFIX.encode() in _content(path):
                yield from _look_at(path, _READ | _CHANGE, PRIVATE_FILE)


def _files(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.is_file() and not path.is_symlink())
    except OSError:
        return []


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, _MOST)
    except OSError:
        return b""


def _look_at(path: Path, forbidden: int, wanted: int) -> Iterator[Exposed]:
    try:
        found = path.stat()
    except OSError:
        return
    if found.st_uid not in {os.getuid(), 0}:
        yield Exposed(path, "belongs to another user", "Give it to the account that mcptui runs as.")
    elif opened := found.st_mode & forbidden:
        what = "changed" if opened & _CHANGE else "read"
        yield Exposed(path, f"can be {what} by other users", f"Run: chmod {wanted:o} {path}")
