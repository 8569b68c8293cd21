"""Earlier versions of the state file, for undo and for people."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final

from mcptui.files import make_private_directory, replace_file

if TYPE_CHECKING:
    from pathlib import Path

_KEEP: Final = 10


def keep_backup(directory: Path, content: bytes) -> None:
    """Keep ``content``, and of all versions the newest ten.

    Raises:
        OSError: it cannot be kept.
    """
    make_private_directory(directory)
    revision = hashlib.sha256(content).hexdigest()
    # Names sort by age.
    replace_file(directory / f"{time.time_ns():020d}-{revision}.toml", content)
    for old in sorted(directory.glob("*.toml"))[:-_KEEP]:
        old.unlink(missing_ok=True)


def backups(directory: Path) -> list[tuple[float, bytes]]:
    """When each was replaced, and its content; the newest first.

    Raises:
        OSError: one cannot be read.
    """
    files = sorted(directory.glob("*.toml"), reverse=True)
    return [(int(file.name.partition("-")[0]) / 1e9, file.read_bytes()) for file in files]


def find_backup(directory: Path, revision: str) -> bytes | None:
    """The content of that revision, or None where it is no longer kept."""
    for path in directory.glob(f"*-{revision}.toml"):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == revision:
            return content
    return None
