"""The call log: every request that crossed the gateway, the newest of every key kept."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from mcptui.call_filter.terms import CallFilter
from mcptui.database import Database, insert, transaction
from mcptui.model.calls import FoundCalls, GroupBy, GroupStats, Use
from mcptui.model.limits import Limits
from mcptui.model.runtime import NOBODY
from mcptui.stores.history.conditions import condition
from mcptui.stores.history.errors import HistoryError
from mcptui.stores.history.retention import forget, give_back
from mcptui.stores.history.rows import BODY, HEAD, body_row, head_row, record_of, size_of
from mcptui.stores.history.stats import group_stats
from mcptui.stores.history.tables import MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.model.runtime import CallRecord

T = TypeVar("T")

#: So many records are written before it is looked whether there is too much.
_FORGET_EVERY: Final = 2_000
#: No limit, in SQLite.
_ALL: Final = -1
#: The largest integer of SQLite.
_LARGEST: Final = 2**63 - 1
_HEADS: Final = f"INSERT INTO calls ({', '.join(HEAD)}, size) VALUES "  # noqa: S608  columns of ours
_BODIES: Final = "INSERT INTO bodies (id, params, result, events, owner, bytes) VALUES "
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM calls"
#: One record stands for no more requests than this where rate limits are restored: none allows as many.
_MOST_TIMES: Final = 10_000
_USE: Final = (
    "INSERT INTO uses VALUES (?, ?, ?, ?) ON CONFLICT (key, server)"
    " DO UPDATE SET calls = calls + excluded.calls, at = max(at, excluded.at)"
)
_SELECT: Final = f"SELECT {', '.join(f'calls.{name}' for name in HEAD)}"
_WHOLE: Final = f"{_SELECT}, {', '.join(BODY)} FROM calls LEFT JOIN bodies USING (id)"


class History:
    """A log in SQLite, which threads read and write.

    Args:
        path: the file; None for memory only.
        limits: number, bytes and days of what is kept; :meth:`use` changes them.
        clock: seconds since the epoch.
    """

    def __init__(self, path: Path | None, limits: Limits = Limits(), *, clock: Callable[[], float] = time.time) -> None:
        self._file = Database(path, "history", MIGRATIONS, HistoryError)
        self._limits = limits
        self._clock = clock
        self._written = 0

    def use(self, limits: Limits) -> None:
        """Keep as much as ``limits`` says from the next record on."""
        if limits != self._limits:
            self._limits, self._written = limits, 0

    async def close(self) -> None:
        """Close the file; the next use opens it again."""
        await asyncio.to_thread(self._file.close)

    async def _use(self, use: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(self._file.use, use)

    # --- writing ---

    async def record(self, records: Sequence[CallRecord]) -> None:
        """Add ``records``, and forget from time to time what is too much; none replaces another."""
        if not records:
            return

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                self._add(connection, _numbered(records, connection.execute(_NEWEST).fetchone()[0]))
                is_due = self._written == 0 or self._written >= min(self._limits.history_records, _FORGET_EVERY)
                if is_due:
                    self._written = 0
                    forget(connection, self._limits, self._clock())
                self._written += len(records)
            if is_due:
                give_back(connection)

        await self._use(write)

    @staticmethod
    def _add(connection: sqlite3.Connection, records: Sequence[CallRecord]) -> None:
        heads = [(*row, size_of(row)) for record in records for row in (head_row(record),)]
        bodies = [
            (*row, record.key, sum(len(text) for text in row[1:] if text))
            for record in records
            if (row := body_row(record)) is not None
        ]
        used: dict[tuple[str, str], tuple[int, float]] = {}
        for record in records:
            if record.key != NOBODY:
                pair = record.key, record.server or ""
                calls, at = used.get(pair, (0, record.at))
                used[pair] = calls + record.times, max(at, record.at)
        insert(connection, _HEADS, heads)
        insert(connection, _BODIES, bodies)
        connection.executemany(_USE, [(*pair, *count) for pair, count in used.items()])

    # --- reading ---

    async def newest(self) -> int:
        """The largest id; 0 where there is none."""
        return await self._use(lambda connection: int(connection.execute(_NEWEST).fetchone()[0]))

    async def find(self, wanted: CallFilter = CallFilter(), *, near: int = 0) -> FoundCalls:
        """How many calls ``wanted`` lets through, and where among them the call ``near`` is."""
        where, values = condition(wanted)
        query = f"SELECT count(*), coalesce(max(id), 0), coalesce(sum(id > ?), 0) FROM calls WHERE {where}"  # noqa: S608  conditions of ours
        return FoundCalls(*await self._use(lambda connection: connection.execute(query, (near, *values)).fetchone()))

    async def heads(
        self, wanted: CallFilter = CallFilter(), *, newest: int, skip: int = 0, limit: int = _ALL
    ) -> list[CallRecord]:
        """Those of them up to the id ``newest``, newest first, without params, result and events."""
        where, values = condition(wanted)
        query = f"{_SELECT} FROM calls WHERE {where} AND id <= ? ORDER BY id DESC LIMIT ? OFFSET ?"
        return await self._records(query, *values, newest, limit, skip)

    async def whole(
        self, wanted: CallFilter = CallFilter(), *, before: int | None = None, limit: int = _ALL
    ) -> list[CallRecord]:
        """Those of them with an id below ``before``, newest first, with all that is kept of them."""
        where, values = condition(wanted)
        query = f"{_WHOLE} WHERE {where} AND calls.id < ? ORDER BY calls.id DESC LIMIT ?"
        return await self._records(query, *values, _LARGEST if before is None else before, limit)

    async def call(self, id_: int) -> CallRecord | None:
        """One call with all that is kept of it."""
        return next(iter(await self._records(f"{_WHOLE} WHERE calls.id = ?", id_)), None)

    async def _records(self, query: str, *values: object) -> list[CallRecord]:
        # In the thread: the bodies of many calls are much JSON.
        return await self._use(lambda connection: [record_of(row) for row in connection.execute(query, values)])

    async def stats(
        self, by: GroupBy, start: float, end: float, *, wanted: CallFilter = CallFilter(), buckets: int = 30
    ) -> list[GroupStats]:
        """Numbers of the calls from ``start`` to ``end`` (seconds since the epoch), one for each group."""
        return await self._use(lambda connection: group_stats(connection, by, start, end, wanted, buckets))

    async def sent_since(self, moment: float) -> list[tuple[str, float]]:
        """Who sent a request when, since ``moment`` (seconds since the epoch), oldest first."""
        query = "SELECT key, at, times FROM calls WHERE at > ? ORDER BY at"
        rows = await self._use(lambda connection: connection.execute(query, (moment,)).fetchall())
        return [(key, at) for key, at, times in rows for _ in range(min(times, _MOST_TIMES))]

    async def uses(self) -> list[Use]:
        """What each key has called since the log began; also where the calls are forgotten."""
        query = "SELECT key, nullif(server, ''), calls, at FROM uses"
        return [Use(*row) for row in await self._use(lambda connection: connection.execute(query).fetchall())]


def _numbered(records: Sequence[CallRecord], newest: int) -> Sequence[CallRecord]:
    """``records`` with ids above ``newest``: who began to count without a look into the file goes on behind it."""
    behind = newest + 1 - records[0].id
    if behind <= 0 or not newest:
        return records
    return [replace(record, id=record.id + behind) for record in records]
