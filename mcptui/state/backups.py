"""Earlier versions of the state file, for undo and for people."""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mcptui.files import make_private_directory, replace_file

if TYPE_CHECKING:
    from pathlib import Path

_NEWEST: Final = 10
#: Of how many days with changes what was there before the first of them is kept.
_DAYS: Final = 30
_NAME: Final = re.compile(r"([0-9]{20})-[0-9a-f]{64}\.toml")


def keep_backup(directory: Path, content: bytes) -> None:
    """Keep ``content``, and of all versions the newest ten and the first that was replaced on each day.

    Raises:
        OSError: it cannot be kept.
    """
    make_private_directory(directory)
    revision = hashlib.sha256(content).hexdigest()
    # Names sort by age.
    replace_file(directory / f"{time.time_ns():020d}-{revision}.toml", content)
    files = _files(directory)
    first_of_day = {time.localtime(at)[:3]: file for at, file in files}
    kept = {file for _, file in files[:_NEWEST]} | set(list(first_of_day.values())[:_DAYS])
    for _, file in files:
        if file not in kept:
            file.unlink(missing_ok=True)


def backups(directory: Path) -> list[tuple[float, bytes]]:
    """When each was replaced, and its content; the newest first.

    Raises:
        OSError: one cannot be read.
    """
    found = []
    for at, file in _files(directory):
        with suppress(FileNotFoundError):  # another change has removed it meanwhile
            found.append((at, file.read_bytes()))
    return found


def find_backup(directory: Path, revision: str) -> bytes | None:
    """The content of that revision, or None where it is no longer kept."""
    for path in directory.glob(f"*-{revision}.toml"):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == revision:
            return content
    return None


def _files(directory: Path) -> list[tuple[float, Path]]:
    """When each was replaced, and its file; the newest first. Files that people put there are none of them."""
    named = ((_NAME.fullmatch(file.name), file) for file in directory.glob("*.toml"))
    return sorted(((int(name[1]) / 1e9, file) for name, file in named if name), reverse=True)
