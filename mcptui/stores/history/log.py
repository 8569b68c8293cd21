"""The call log: every request that crossed the gateway, newest kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from mcptui.model.calls import GroupBy, GroupStats, Use
from mcptui.stores.history.database import transaction
from mcptui.stores.history.file import HistoryFile
from mcptui.stores.history.filter import CallFilter
from mcptui.stores.history.rows import BODY, HEAD, body_row, head_row, record_of
from mcptui.stores.history.stats import group_stats

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.model.runtime import CallRecord

KEEP: Final = 100_000
#: Requests and answers are kept for so many of the newest calls; they take much more room than the rest.
KEEP_BODIES: Final = 20_000
_FORGET_EVERY: Final = 500
_AT_ONCE: Final = 500
_INSERT_HEAD: Final = f"INSERT OR REPLACE INTO calls ({', '.join(HEAD)}) VALUES ({', '.join('?' * len(HEAD))})"  # noqa: S608
_INSERT_BODY: Final = "INSERT OR REPLACE INTO bodies (id, params, result, events) VALUES (?, ?, ?, ?)"
_USE: Final = (
    "INSERT INTO uses VALUES (?, ?, ?, ?) ON CONFLICT (key, server)"
    " DO UPDATE SET calls = calls + excluded.calls, at = max(at, excluded.at)"
)
_FORGET: Final = "DELETE FROM {0} WHERE id <= (SELECT id FROM calls ORDER BY id DESC LIMIT 1 OFFSET ?)"
_SELECT: Final = f"SELECT {', '.join(f'calls.{name}' for name in HEAD)}"
_WHOLE: Final = f"{_SELECT}, {', '.join(BODY)} FROM calls LEFT JOIN bodies USING (id)"


class History(HistoryFile):
    """The log of one home."""

    def __init__(self, path: Path | None, *, keep: int = KEEP, keep_bodies: int = KEEP_BODIES) -> None:
        super().__init__(path)
        self._keep = keep
        self._keep_bodies = keep_bodies
        self._written = 0

    # --- writing ---

    def record(self, records: Sequence[CallRecord]) -> None:
        """Add ``records``, and forget the oldest ones above the limits from time to time."""
        if not records:
            return
        heads = [head_row(record) for record in records]
        bodies = [row for record in records if (row := body_row(record)) is not None]
        used: dict[tuple[str, str], tuple[int, float]] = {}
        for record in records:
            pair = record.key, record.server or ""
            calls, at = used.get(pair, (0, record.at))
            used[pair] = calls + 1, max(at, record.at)

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.executemany(_INSERT_HEAD, heads)
                connection.executemany(_INSERT_BODY, bodies)
                connection.executemany(_USE, [(*pair, *count) for pair, count in used.items()])
                if self._written >= min(self._keep, self._keep_bodies, _FORGET_EVERY) or self._written == 0:
                    self._written = 0
                    connection.execute(_FORGET.format("bodies"), (self._keep_bodies,))
                    connection.execute(_FORGET.format("calls"), (self._keep,))
                self._written += len(records)

        self._use(write)

    # --- reading ---

    def search(self, wanted: CallFilter = CallFilter(), *, limit: int = KEEP) -> list[int]:
        """The ids of the calls that ``wanted`` lets through, newest first."""
        where, values = wanted.where()
        query = f"SELECT id FROM calls WHERE {where} ORDER BY id DESC LIMIT ?"  # noqa: S608  conditions of ours
        return [row[0] for row in self._use(lambda c: c.execute(query, (*values, limit)).fetchall())]

    def heads(self, ids: Sequence[int]) -> list[CallRecord]:
        """These calls, as far as they are still there, in any order, without params, result and events."""
        query = f"{_SELECT} FROM calls WHERE id IN ({', '.join('?' * len(ids))})"
        return [record_of(row) for row in self._use(lambda c: c.execute(query, ids).fetchall())]

    def call(self, id_: int) -> CallRecord | None:
        """One call with all that is kept of it."""
        return next(iter(self.whole([id_])), None)

    def calls(self, wanted: CallFilter = CallFilter(), *, limit: int = KEEP) -> Iterator[CallRecord]:
        """The calls that ``wanted`` lets through, newest first, with all that is kept of them."""
        ids = self.search(wanted, limit=limit)
        for start in range(0, len(ids), _AT_ONCE):
            yield from self.whole(ids[start : start + _AT_ONCE])

    def whole(self, ids: Sequence[int]) -> list[CallRecord]:
        """These calls, as far as they are still there, newest first, with all that is kept of them."""
        marks = ", ".join("?" * len(ids))
        query = f"{_WHOLE} WHERE calls.id IN ({marks}) ORDER BY calls.id DESC"
        return [record_of(row) for row in self._use(lambda c: c.execute(query, ids).fetchall())]

    def stats(
        self, by: GroupBy, start: float, end: float, *, wanted: CallFilter = CallFilter(), buckets: int = 30
    ) -> list[GroupStats]:
        """Numbers of the calls from ``start`` to ``end`` (seconds since the epoch), one for each group."""
        return self._use(lambda connection: group_stats(connection, by, start, end, wanted, buckets))

    def counts(self, since: float, *, by: Literal["outcome", "server", "key"] = "outcome") -> dict[str, int]:
        """How many calls there were since ``since`` (seconds since the epoch)."""
        query = f"SELECT {by}, count(*) FROM calls WHERE at >= ? AND {by} IS NOT NULL GROUP BY {by}"  # noqa: S608  a literal
        return dict(self._use(lambda connection: connection.execute(query, (since,)).fetchall()))

    def sent_since(self, moment: float) -> list[tuple[str, float]]:
        """Who sent a request when, since ``moment`` (seconds since the epoch), oldest first."""
        query = "SELECT key, at FROM calls WHERE at > ? ORDER BY at"
        return self._use(lambda connection: connection.execute(query, (moment,)).fetchall())

    def last_used(self) -> dict[str, float]:
        """When each key was last used, in seconds since the epoch; also where the calls are forgotten."""
        query = "SELECT key, max(at) FROM uses GROUP BY key"
        return dict(self._use(lambda connection: connection.execute(query).fetchall()))

    def uses(self) -> list[Use]:
        """What each key has called since the log began; also where the calls are forgotten."""
        query = "SELECT key, nullif(server, ''), calls, at FROM uses"
        return [Use(*row) for row in self._use(lambda connection: connection.execute(query).fetchall())]
