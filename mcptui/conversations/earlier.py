"""Conversations that earlier versions kept in the history of calls, which is the gateway's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from mcptui.database import Step, is_damage, transaction


def copied_from(history: Path) -> Step:
    """Copies the conversations of ``history`` into the empty tables of their own file."""

    def copy(connection: sqlite3.Connection) -> None:
        if not history.exists():
            return
        with closing(sqlite3.connect(history)) as source:
            try:
                if not _has_conversations(source):
                    return
                rows = source.execute("SELECT id, title, model, key, created, updated FROM conversations").fetchall()
                turns = source.execute("SELECT conversation, at, words, value FROM turns ORDER BY id").fetchall()
            except sqlite3.Error as error:
                if is_damage(error):
                    return  # the gateway puts it aside
                raise
        connection.executemany("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO turns (conversation, at, words, value) VALUES (?, ?, ?, ?)", turns)

    return copy


def removed_from(history: Path) -> Step:
    """Removes them there; a step of its own, once the copy is committed: what is deleted later is gone for good."""

    def remove(_: sqlite3.Connection) -> None:
        if not history.exists():
            return
        with closing(sqlite3.connect(history, isolation_level=None)) as source:
            try:
                if _has_conversations(source):
                    source.execute("PRAGMA secure_delete = ON")
                    with transaction(source):
                        source.execute("DROP TABLE turns")
                        source.execute("DROP TABLE conversations")
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise

    return remove


def _has_conversations(source: sqlite3.Connection) -> bool:
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('conversations', 'turns')"
    return bool(source.execute(query).fetchone()[0] == 2)
