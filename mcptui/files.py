"""Files and directories of one account: made such that no other can read them, replaced at once, read within a bound.

What is made here has its mode whatever the umask is; the umask of an account or of a service may leave everything open.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

#: What only its owner may read and change: directories and files.
PRIVATE_DIRECTORY: Final = 0o700
PRIVATE_FILE: Final = 0o600
#: A disk with less room is as good as full: files are replaced by whole ones, bytes.
_ROOM: Final = 64 * 1024


class NotAFileError(OSError):
    """A directory, a device, a pipe or a socket where a file is expected."""


class TooLargeError(OSError):
    """A file is larger than what is read of it."""


def make_private_directory(path: Path) -> None:
    """Make ``path`` and those of its parents that are missing, for their owner only; one that exists stays as it is.

    Raises:
        OSError: one cannot be made, or is no directory.
    """
    missing = []
    while not path.is_dir():
        missing.append(path)
        if path == path.parent:
            break
        path = path.parent
    for directory in reversed(missing):
        try:
            directory.mkdir(mode=PRIVATE_DIRECTORY)
        except FileExistsError:
            if not directory.is_dir():
                raise
        else:
            directory.chmod(PRIVATE_DIRECTORY)  # a umask can take bits away from mkdir


def make_private_file(path: Path) -> None:
    """Make ``path``, empty and for its owner only; one that exists stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            os.fchmod(descriptor, PRIVATE_FILE)
        finally:
            os.close(descriptor)


def why_unwritable(directory: Path) -> str | None:
    """Why nothing can be written to ``directory``, in words; None where something can. Nothing is written for that."""
    try:
        found = os.statvfs(directory)
    except OSError as error:
        return f"{directory} cannot be used: {error.strerror}"
    if found.f_flag & os.ST_RDONLY or not os.access(directory, os.W_OK | os.X_OK):
        return f"{directory} cannot be written to"
    if found.f_bavail * found.f_frsize < _ROOM:
        return f"there is no space left for {directory}"
    return None


def read_bounded(path: Path, most: int) -> bytes:
    """The content of ``path``, a file of at most ``most`` bytes.

    A pipe that nobody writes to, a device and a directory are refused before anything is read.

    Raises:
        NotAFileError: it is something else than a file.
        TooLargeError: it is larger.
        OSError: it cannot be read.
    """
    # Without O_NONBLOCK, opening a pipe waits for whoever writes to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAFileError(errno.EINVAL, "Not a regular file", str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(most + 1)
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise TooLargeError(errno.EFBIG, f"Larger than {most // 2**20} MB", str(path))
    return content


def replace_file(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write ``content`` to ``path`` at once, surviving a power cut; a symlink stays one.

    ``mode`` None keeps the mode of the existing file; a new one is readable by its owner only.

    Raises:
        OSError: nothing was changed.
    """
    target = Path(os.path.realpath(path))
    if mode is None:
        try:
            mode = stat.S_IMODE(target.stat().st_mode)
        except FileNotFoundError:
            mode = PRIVATE_FILE
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
