"""The call log: every request that crossed the gateway, newest kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from mcptui.history.database import transaction
from mcptui.history.file import HistoryFile
from mcptui.model.runtime import CallRecord, Outcome

if TYPE_CHECKING:
    from pathlib import Path

_KEEP: Final = 50_000
_COLUMNS: Final = tuple(field.name for field in fields(CallRecord))
_INSERT: Final = f"INSERT OR REPLACE INTO calls ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_USE: Final = (
    "INSERT INTO uses VALUES (?, ?, ?, ?) ON CONFLICT (key, server)"
    " DO UPDATE SET calls = calls + excluded.calls, at = max(at, excluded.at)"
)
_FORGET: Final = "DELETE FROM calls WHERE id <= (SELECT id FROM calls ORDER BY id DESC LIMIT 1 OFFSET ?)"
_JSON_COLUMNS: Final = frozenset({"params", "result", "denied"})


@dataclass(frozen=True, slots=True)
class Use:
    """How often a key called one server (None: requests that were about none), and when last (epoch seconds)."""

    key: str
    server: str | None
    calls: int
    at: float


class History(HistoryFile):
    """The log of one home."""

    def __init__(self, path: Path, *, keep: int = _KEEP) -> None:
        super().__init__(path)
        self._keep = keep

    def record(self, records: Sequence[CallRecord]) -> None:
        """Add ``records``, and forget the oldest ones above the limit."""
        if not records:
            return
        rows = [_row(record) for record in records]
        used: dict[tuple[str, str], tuple[int, float]] = {}
        for record in records:
            pair = record.key, record.server or ""
            calls, at = used.get(pair, (0, record.at))
            used[pair] = calls + 1, max(at, record.at)

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.executemany(_INSERT, rows)
                connection.executemany(_USE, [(*pair, *count) for pair, count in used.items()])
                connection.execute(_FORGET, (self._keep,))

        self._use(write)

    def recent(
        self,
        limit: int = 200,
        *,
        key: str | None = None,
        server: str | None = None,
        outcome: Outcome | None = None,
    ) -> list[CallRecord]:
        """The newest calls, newest first, of one key, server or outcome where given."""
        wanted = {"key": key, "server": server, "outcome": outcome}
        given = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join(f"{name} = ?" for name in given) or "1"
        query = f"SELECT {', '.join(_COLUMNS)} FROM calls WHERE {where} ORDER BY id DESC LIMIT ?"  # noqa: S608  names of ours
        rows = self._use(lambda connection: connection.execute(query, (*given.values(), limit)).fetchall())
        return [_record(row) for row in rows]

    def counts(self, since: float, *, by: Literal["outcome", "server", "key"] = "outcome") -> dict[str, int]:
        """How many calls there were since ``since`` (seconds since the epoch)."""
        query = f"SELECT {by}, count(*) FROM calls WHERE at >= ? AND {by} IS NOT NULL GROUP BY {by}"  # noqa: S608  a literal
        return dict(self._use(lambda connection: connection.execute(query, (since,)).fetchall()))

    def last_used(self) -> dict[str, float]:
        """When each key was last used, in seconds since the epoch; also where the calls are forgotten."""
        query = "SELECT key, max(at) FROM uses GROUP BY key"
        return dict(self._use(lambda connection: connection.execute(query).fetchall()))

    def uses(self) -> list[Use]:
        """What each key has called since the log began; also where the calls are forgotten."""
        query = "SELECT key, nullif(server, ''), calls, at FROM uses"
        return [Use(*row) for row in self._use(lambda connection: connection.execute(query).fetchall())]

    def rename_key(self, old: str, new: str) -> None:
        """Have what key ``old`` did belong to ``new``; what an earlier key ``new`` did is forgotten."""

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                for table in ("uses", "calls"):
                    connection.execute(f"DELETE FROM {table} WHERE key = ?", (new,))  # noqa: S608  names of ours
                    connection.execute(f"UPDATE {table} SET key = ? WHERE key = ?", (new, old))  # noqa: S608

        self._use(write)


def _row(record: CallRecord) -> tuple[Any, ...]:
    return tuple(_stored(name, getattr(record, name)) for name in _COLUMNS)


def _stored(column: str, value: Any) -> Any:
    if column not in _JSON_COLUMNS or value is None:
        return value
    return orjson.dumps(value).decode("utf-8")


def _record(row: Sequence[Any]) -> CallRecord:
    values = {
        name: orjson.loads(value) if name in _JSON_COLUMNS and value is not None else value
        for name, value in zip(_COLUMNS, row, strict=True)
    }
    return CallRecord(**values)
