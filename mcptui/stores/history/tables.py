"""The tables of the call log, and how those of earlier versions become them."""

from __future__ import annotations

from typing import Final

#: Each entry brings the file from the version that is its index to the next one; entries never change.
MIGRATIONS: Final = (
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
    # There were conversations with models; :mod:`mcptui.conversations` has them in a file of their own now.
    (),
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
    (
        # From where, and for how many alike requests a record stands.
        "ALTER TABLE calls ADD COLUMN address TEXT",
        "ALTER TABLE calls ADD COLUMN times INTEGER NOT NULL DEFAULT 1",
        # What is too much is found by key and size, without a look at the values.
        "ALTER TABLE calls ADD COLUMN size INTEGER NOT NULL DEFAULT 500",
        "CREATE INDEX calls_key ON calls (key, id, size)",
        "ALTER TABLE bodies ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE bodies ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0",
        """UPDATE bodies SET owner = coalesce((SELECT key FROM calls WHERE calls.id = bodies.id), ''),
            bytes = length(CAST(coalesce(params, '') || coalesce(result, '') || coalesce(events, '') AS BLOB))""",
        "CREATE INDEX bodies_owner ON bodies (owner, id, bytes)",
    ),
)
