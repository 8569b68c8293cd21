"""The call log: every request that crossed the gateway, newest kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from mcptui.call_filter.terms import CallFilter
from mcptui.database import Database, transaction
from mcptui.model.calls import FoundCalls, GroupBy, GroupStats, Use
from mcptui.stores.history.conditions import condition
from mcptui.stores.history.errors import HistoryError
from mcptui.stores.history.rows import BODY, HEAD, body_row, head_row, record_of
from mcptui.stores.history.stats import group_stats
from mcptui.stores.history.tables import MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.model.runtime import CallRecord

T = TypeVar("T")

KEEP: Final = 100_000
#: Requests and answers are kept for so many of the newest calls; they take much more room than the rest.
KEEP_BODIES: Final = 20_000
_FORGET_EVERY: Final = 500
#: The largest integer of SQLite.
_LARGEST: Final = 2**63 - 1
_INSERT_HEAD: Final = f"INSERT OR REPLACE INTO calls ({', '.join(HEAD)}) VALUES ({', '.join('?' * len(HEAD))})"  # noqa: S608
_INSERT_BODY: Final = "INSERT OR REPLACE INTO bodies (id, params, result, events) VALUES (?, ?, ?, ?)"
_USE: Final = (
    "INSERT INTO uses VALUES (?, ?, ?, ?) ON CONFLICT (key, server)"
    " DO UPDATE SET calls = calls + excluded.calls, at = max(at, excluded.at)"
)
_FORGET: Final = "DELETE FROM {0} WHERE id <= (SELECT id FROM calls ORDER BY id DESC LIMIT 1 OFFSET ?)"
_SELECT: Final = f"SELECT {', '.join(f'calls.{name}' for name in HEAD)}"
_WHOLE: Final = f"{_SELECT}, {', '.join(BODY)} FROM calls LEFT JOIN bodies USING (id)"


class History:
    """A log in SQLite, which threads read and write.

    Args:
        path: the file; None for memory only.
        keep: how many calls.
        keep_bodies: of how many of them requests and answers are kept.
    """

    def __init__(self, path: Path | None, *, keep: int = KEEP, keep_bodies: int = KEEP_BODIES) -> None:
        self._file = Database(path, "history", MIGRATIONS, HistoryError)
        self._keep = keep
        self._keep_bodies = keep_bodies
        self._written = 0

    async def close(self) -> None:
        """Close the file; the next use opens it again."""
        await asyncio.to_thread(self._file.close)

    async def _use(self, use: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(self._file.use, use)

    # --- writing ---

    async def record(self, records: Sequence[CallRecord]) -> None:
        """Add ``records``, and forget the oldest ones above the limits from time to time."""
        if not records:
            return

        def write(connection: sqlite3.Connection) -> None:
            heads = [head_row(record) for record in records]
            bodies = [row for record in records if (row := body_row(record)) is not None]
            used: dict[tuple[str, str], tuple[int, float]] = {}
            for record in records:
                pair = record.key, record.server or ""
                calls, at = used.get(pair, (0, record.at))
                used[pair] = calls + 1, max(at, record.at)
            with transaction(connection):
                connection.executemany(_INSERT_HEAD, heads)
                connection.executemany(_INSERT_BODY, bodies)
                connection.executemany(_USE, [(*pair, *count) for pair, count in used.items()])
                if self._written >= min(self._keep, self._keep_bodies, _FORGET_EVERY) or self._written == 0:
                    self._written = 0
                    connection.execute(_FORGET.format("bodies"), (self._keep_bodies,))
                    connection.execute(_FORGET.format("calls"), (self._keep,))
                self._written += len(records)

        await self._use(write)

    # --- reading ---

    async def find(self, wanted: CallFilter = CallFilter(), *, near: int = 0) -> FoundCalls:
        """How many calls ``wanted`` lets through, and where among them the call ``near`` is."""
        where, values = condition(wanted)
        query = f"SELECT count(*), coalesce(max(id), 0), coalesce(sum(id > ?), 0) FROM calls WHERE {where}"  # noqa: S608  conditions of ours
        return FoundCalls(*await self._use(lambda connection: connection.execute(query, (near, *values)).fetchone()))

    async def heads(
        self, wanted: CallFilter = CallFilter(), *, newest: int, skip: int = 0, limit: int = KEEP
    ) -> list[CallRecord]:
        """Those of them up to the id ``newest``, newest first, without params, result and events."""
        where, values = condition(wanted)
        query = f"{_SELECT} FROM calls WHERE {where} AND id <= ? ORDER BY id DESC LIMIT ? OFFSET ?"
        return await self._records(query, *values, newest, limit, skip)

    async def whole(
        self, wanted: CallFilter = CallFilter(), *, before: int | None = None, limit: int = KEEP
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
        query = "SELECT key, at FROM calls WHERE at > ? ORDER BY at"
        return await self._use(lambda connection: connection.execute(query, (moment,)).fetchall())

    async def uses(self) -> list[Use]:
        """What each key has called since the log began; also where the calls are forgotten."""
        query = "SELECT key, nullif(server, ''), calls, at FROM uses"
        return [Use(*row) for row in await self._use(lambda connection: connection.execute(query).fetchall())]
