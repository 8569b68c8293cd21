"""SQLite files: private, migrated, moved aside when damaged, one use at a time."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from mcptui.errors import McptuiError
from mcptui.files import make_private_directory, make_private_file

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

T = TypeVar("T")
#: A part of a migration: a statement, or a function that does more than SQL can.
Step: TypeAlias = str | Callable[[sqlite3.Connection], None]

_BUSY_SECONDS: Final = 2.0
#: So many rows are inserted in one step: more make it no faster.
_ROWS: Final = 100


class Database:
    """One SQLite file. Blocking; safe to use from several threads and processes.

    A damaged file is moved aside and a new one begun.

    Args:
        path: the file; None for memory only, which is gone when it is closed.
        what: what the file holds, for messages, such as "history".
        migrations: what brings a file from the version that is its index to the next one, in a transaction of its
            own. A function among the steps may be called again when what follows fails.
        error: the class of what is raised where the file cannot be used.
    """

    def __init__(
        self, path: Path | None, what: str, migrations: Sequence[Sequence[Step]], error: type[McptuiError]
    ) -> None:
        self._path = path
        self._what = what
        self._migrations = migrations
        self._error = error
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def use(self, use: Callable[[sqlite3.Connection], T]) -> T:
        """The result of ``use``, which is called with a connection in autocommit; twice where the file is damaged.

        Raises:
            McptuiError: of the class ``error``: the file cannot be used, or was written by a newer version.
        """
        with self._lock:
            try:
                try:
                    return self._attempt(use)
                except sqlite3.Error as error:
                    if self._path is None or not is_damage(error):
                        raise
                self._close()
                log.warning("the %s was damaged; it is now %s", self._what, _move_aside(self._path))
                return self._attempt(use)
            except (sqlite3.Error, OSError) as error:
                raise self._error(
                    f"the {self._what} {self._path or 'in memory'} cannot be used: {error}",
                    hint="Check the disk's space and the file's permissions.",
                ) from error

    def _attempt(self, use: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except sqlite3.OperationalError as error:
                if not _is_lock(error):
                    raise
                # Another process makes the file at this moment; two that do are not waited for by each other.
                self._connection = self._connect()
        return use(self._connection)

    def _connect(self) -> sqlite3.Connection:
        """A connection in WAL mode, in autocommit, usable from any one thread at a time."""
        if self._path is not None:
            make_private_directory(self._path.parent)
            # Before SQLite makes it with the mode of the umask.
            make_private_file(self._path)
        connection = sqlite3.connect(
            self._path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            if self._path is None or not self._path.stat().st_size:
                # What is forgotten can be given back to the disk; that is decided before the first page is written.
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may cost what was written last, never the file.
            connection.execute("PRAGMA synchronous = NORMAL")
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        newest = len(self._migrations)
        while (version := _version(connection)) != newest:
            if version > newest:
                raise self._error(
                    f"the {self._what} has format {version}; this mcptui knows format {newest}",
                    hint=f"Use the newer mcptui that wrote it, or remove {self._path}.",
                )
            with transaction(connection):
                # Another process may have been first.
                if _version(connection) == version:
                    for step in self._migrations[version]:
                        if isinstance(step, str):
                            connection.execute(step)
                        else:
                            step(connection)
                    connection.execute(f"PRAGMA user_version = {version + 1}")


def insert(connection: sqlite3.Connection, statement: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert ``rows``, of equal length, by a ``statement`` that ends before the first of them.

    Many go in one step: before and after each, this thread and the event loop's wait for each other (the GIL), which
    takes longer than the step.
    """
    if not rows:
        return
    length = len(rows[0])
    at_once = min(_ROWS, connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // length)
    places = f"({', '.join('?' * length)})"
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        connection.execute(statement + ", ".join([places] * len(some)), list(chain.from_iterable(some)))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All statements of the block or none of them."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has ended it itself after some errors, and a broken file cannot be rolled back.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _move_aside(path: Path) -> Path:
    """Put a damaged file out of the way, for whoever wants to look at it."""
    aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, as opposed to a lock, a full disk or a mistake of ours."""
    # The low byte is the primary code; errors of the Python module have none.
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _is_lock(error: sqlite3.Error) -> bool:
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_BUSY


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
