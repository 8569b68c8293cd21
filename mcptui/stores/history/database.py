"""Opens the SQLite file of call log and conversations: private, migrated, moved aside when damaged."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from mcptui.stores.history.errors import HistoryError

if TYPE_CHECKING:
    from pathlib import Path

_BUSY_SECONDS: Final = 2.0

# Each entry brings the file from the version that is its index to the next one; entries never change.
_MIGRATIONS: Final = (
    (
        """CREATE TABLE calls (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, key TEXT NOT NULL, method TEXT NOT NULL, server TEXT,
            name TEXT, outcome TEXT NOT NULL, ms REAL NOT NULL, upstream_ms REAL, bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL, error TEXT, front TEXT NOT NULL, params TEXT, result TEXT
        )""",
        "CREATE INDEX calls_at ON calls (at)",
        # Outlives the calls themselves, of which only the newest are kept.
        "CREATE TABLE key_use (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID",
    ),
    (
        "ALTER TABLE calls ADD COLUMN denied TEXT",
        # Outlives the calls too; a server of '' is for requests that were about none.
        """CREATE TABLE uses (
            key TEXT NOT NULL, server TEXT NOT NULL, calls INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (key, server)
        ) WITHOUT ROWID""",
        "INSERT INTO uses SELECT key, coalesce(server, ''), count(*), max(at) FROM calls GROUP BY 1, 2",
        """INSERT INTO uses SELECT key, '', 0, at FROM key_use WHERE true
            ON CONFLICT (key, server) DO UPDATE SET at = max(at, excluded.at)""",
        "DROP TABLE key_use",
    ),
    (
        # AUTOINCREMENT: whoever has the id of a deleted conversation must not find another one.
        """CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, model TEXT NOT NULL, key TEXT,
            created REAL NOT NULL, updated REAL NOT NULL
        )""",
        """CREATE TABLE turns (
            id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, at REAL NOT NULL, words TEXT NOT NULL,
            value TEXT NOT NULL
        )""",
        "CREATE INDEX turns_conversation ON turns (conversation, id)",
    ),
    (
        # What is long has a table of its own: searching reads all calls, and they should be small.
        "CREATE TABLE bodies (id INTEGER PRIMARY KEY, params TEXT, result TEXT, events TEXT)",
        """INSERT INTO bodies SELECT id, params, result, NULL FROM calls
           WHERE params IS NOT NULL OR result IS NOT NULL""",
        "DROP INDEX calls_at",
        "ALTER TABLE calls RENAME TO earlier_calls",
        """CREATE TABLE calls (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, key TEXT NOT NULL, method TEXT NOT NULL, server TEXT,
            name TEXT, outcome TEXT NOT NULL, ms REAL NOT NULL, upstream_ms REAL, bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL, error TEXT, front TEXT NOT NULL, tool TEXT, scope TEXT, client TEXT,
            before_ms REAL, connect_ms REAL, denied TEXT
        )""",
        """INSERT INTO calls SELECT id, at, key, method, server, name, outcome, ms, upstream_ms, bytes_in,
           bytes_out, error, front, NULL, NULL, NULL, NULL, NULL, denied FROM earlier_calls""",
        "DROP TABLE earlier_calls",
        "CREATE INDEX calls_at ON calls (at)",
    ),
)


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection in WAL mode, in autocommit, usable from any one thread at a time; ``path`` None is in memory.

    Raises:
        HistoryError: the file was written by a newer mcptui.
        sqlite3.Error, OSError: it cannot be opened.
    """
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Before SQLite makes it with the mode of the umask.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(
        path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may cost the last calls, never the file.
        connection.execute("PRAGMA synchronous = NORMAL")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def move_aside(path: Path) -> Path:
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


def _migrate(connection: sqlite3.Connection) -> None:
    if _version(connection) == len(_MIGRATIONS):
        return
    with transaction(connection):
        # Another process may have been first.
        version = _version(connection)
        if version > len(_MIGRATIONS):
            raise HistoryError(
                f"the history has format {version}; this mcptui knows format {len(_MIGRATIONS)}",
                hint="Use the newer mcptui that wrote it, or remove history.db.",
            )
        for statements in _MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
