"""Earlier versions of the state file, for undo and for people."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mcptui.files import PRIVATE_FILE, make_private_directory, replace_file

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
    replace_file(directory / _name(time.time_ns(), content), content)
    files = _files(directory)
    first_of_day = {time.localtime(at / 1e9)[:3]: file for at, file in files}
    kept = {file for _, file in files[:_NEWEST]} | set(list(first_of_day.values())[:_DAYS])
    for _, file in files:
        if file not in kept:
            file.unlink(missing_ok=True)


def backups(directory: Path) -> list[tuple[float, bytes]]:
    """When each was replaced, in seconds of Unix time, and its content; the newest first.

    Raises:
        OSError: one cannot be read.
    """
    return [(at / 1e9, content) for at, _, content in _contents(directory)]


def rewrite_backups(directory: Path, rewritten: Callable[[Sequence[bytes]], Sequence[bytes]]) -> dict[str, str]:
    """Replace each version by what ``rewritten`` returns in its place, for all of them, the newest first.

    Each is there, with one content or the other, at any moment.

    Returns:
        The new revision of each version that was replaced, by its old one.

    Raises:
        OSError: one cannot be read or written; those before it are replaced.
    """
    found = _contents(directory)
    revisions: dict[str, str] = {}
    changed = rewritten([content for *_, content in found])
    for (at, file, before), content in zip(found, changed, strict=True):
        if content != before:
            renamed = directory / _name(at, content)
            replace_file(renamed, content, mode=PRIVATE_FILE)
            if renamed != file:
                file.unlink(missing_ok=True)
            revisions[_revision(before)] = _revision(content)
    return revisions


def find_backup(directory: Path, revision: str) -> bytes | None:
    """The content of that revision, or None where it is no longer kept."""
    for path in directory.glob(f"*-{revision}.toml"):
        content = path.read_bytes()
        if _revision(content) == revision:
            return content
    return None


def _contents(directory: Path) -> list[tuple[int, Path, bytes]]:
    """As :func:`_files`, with the content of each."""
    found = []
    for at, file in _files(directory):
        with suppress(FileNotFoundError):  # another change has removed it since
            found.append((at, file, file.read_bytes()))
    return found


def _files(directory: Path) -> list[tuple[int, Path]]:
    """When each was replaced, ns, and its file; the newest first. Files that people put there are none of them."""
    named = ((_NAME.fullmatch(file.name), file) for file in directory.glob("*.toml"))
    return sorted(((int(name[1]), file) for name, file in named if name), reverse=True)


def _name(at: int, content: bytes) -> str:
    # Names sort by age.
    return f"{at:020d}-{_revision(content)}.toml"


def _revision(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
