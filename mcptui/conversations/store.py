"""Conversations with models: kept turn by turn, found by their words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from mcptui.conversations.earlier import copied_from, removed_from
from mcptui.database import Database, transaction
from mcptui.errors import McptuiError
from mcptui.model.chat import ChatSession, ChatTurn

_KEEP: Final = 1000
_TITLE: Final = 80
_COLUMNS: Final = (
    "id, title, model, key, created, updated, (SELECT count(*) FROM turns WHERE conversation = conversations.id)"
)
_REMOVE_LAST: Final = "DELETE FROM turns WHERE id = (SELECT max(id) FROM turns WHERE conversation = ?)"
_FORGET: Final = "SELECT id FROM conversations ORDER BY updated DESC, id DESC LIMIT -1 OFFSET ?"
#: See :class:`mcptui.database.Database`.
_TABLES: Final = (
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
)


class ConversationsError(McptuiError):
    """The conversations cannot be read or written."""


class Conversations:
    """The conversations of one home. Blocking; safe to use from several threads and processes.

    App and command line write them, and no gateway is needed: an answer that a gateway leaves unfinished when it
    ends is kept too. All methods raise :class:`ConversationsError` where the file cannot be used.

    Args:
        path: the file.
        history: that of the calls, where earlier versions kept them.
        keep: how many; the least recently used ones are forgotten.
    """

    def __init__(self, path: Path, history: Path, *, keep: int = _KEEP) -> None:
        migrations = ((*_TABLES, copied_from(history)), (removed_from(history),))
        self._file = Database(path, "file of conversations", migrations, ConversationsError)
        self._keep = keep

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._file.close()

    def add(self, turn: ChatTurn, session: int | None = None, *, replaces_last: bool = False) -> int:
        """Add a turn to a conversation, or begin one: for None, and where it was deleted. Gives its id.

        With ``replaces_last`` the turn takes the place of the last one.
        The least recently used conversations above the limit are forgotten.
        """

        def write(connection: sqlite3.Connection) -> int:
            with transaction(connection):
                id_ = _touch(connection, turn, session)
                if replaces_last:
                    connection.execute(_REMOVE_LAST, (id_,))
                values = (id_, turn.at, _words(turn), json.dumps(asdict(turn)))
                connection.execute("INSERT INTO turns (conversation, at, words, value) VALUES (?, ?, ?, ?)", values)
                old = [row[0] for row in connection.execute(_FORGET, (self._keep,))]
                _remove(connection, old)
                return id_

        return self._file.use(write)

    def sessions(self, search: str = "", *, limit: int = 500) -> list[ChatSession]:
        """Conversations in which every word of ``search`` was said, the last used first."""
        wanted = [f"%{_escaped(word)}%" for word in search.casefold().split()]
        has_word = r"EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id AND words LIKE ? ESCAPE '\')"
        where = " AND ".join([has_word] * len(wanted)) or "1"
        query = f"SELECT {_COLUMNS} FROM conversations WHERE {where} ORDER BY updated DESC, id DESC LIMIT ?"  # noqa: S608  constants
        rows = self._file.use(lambda connection: connection.execute(query, (*wanted, limit)).fetchall())
        return [_session(row) for row in rows]

    def session(self, id_: int) -> ChatSession | None:
        """One conversation."""
        query = f"SELECT {_COLUMNS} FROM conversations WHERE id = ?"  # noqa: S608  constants
        row = self._file.use(lambda connection: connection.execute(query, (id_,)).fetchone())
        return None if row is None else _session(row)

    def turns(self, id_: int) -> list[ChatTurn]:
        """The turns of a conversation, in order."""
        query = "SELECT value FROM turns WHERE conversation = ? ORDER BY id"
        rows = self._file.use(lambda connection: connection.execute(query, (id_,)).fetchall())
        return [ChatTurn(**json.loads(value)) for (value,) in rows]

    def rename(self, id_: int, title: str) -> bool:
        """Give a conversation another title; whether it was there."""

        def write(connection: sqlite3.Connection) -> bool:
            with transaction(connection):
                values = (_title(title), id_)
                return connection.execute("UPDATE conversations SET title = ? WHERE id = ?", values).rowcount > 0

        return self._file.use(write)

    def remove(self, id_: int) -> bool:
        """Delete a conversation; whether it was there."""

        def write(connection: sqlite3.Connection) -> bool:
            with transaction(connection):
                return _remove(connection, [id_]) > 0

        return self._file.use(write)


def _touch(connection: sqlite3.Connection, turn: ChatTurn, session: int | None) -> int:
    values = (turn.model, turn.key, turn.at)
    if session is not None:
        update = "UPDATE conversations SET model = ?, key = ?, updated = ? WHERE id = ?"
        if connection.execute(update, (*values, session)).rowcount:
            return session
    insert = "INSERT INTO conversations (model, key, created, updated, title) VALUES (?, ?, ?, ?, ?)"
    row = connection.execute(insert, (*values, turn.at, _title(turn.question)))
    assert row.lastrowid is not None
    return row.lastrowid


def _remove(connection: sqlite3.Connection, ids: Sequence[int]) -> int:
    each = [(id_,) for id_ in ids]
    connection.executemany("DELETE FROM turns WHERE conversation = ?", each)
    return connection.executemany("DELETE FROM conversations WHERE id = ?", each).rowcount


def _session(row: Sequence[object]) -> ChatSession:
    names = ("id", "title", "model", "key", "created", "updated", "turns")
    return ChatSession(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]


def _title(question: str) -> str:
    line = next((line.strip() for line in question.splitlines() if line.strip()), "")
    return _storable(line if len(line) <= _TITLE else f"{line[: _TITLE - 1]}…")


def _words(turn: ChatTurn) -> str:
    """What a search looks at: LIKE alone knows only the case of ASCII letters."""
    return _storable(f"{turn.question}\n{turn.text}".casefold())


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _escaped(word: str) -> str:
    for special in ("\\", "%", "_"):
        word = word.replace(special, f"\\{special}")
    return _storable(word)
