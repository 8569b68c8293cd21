"""What is forgotten: what is too old, then of what is too much the oldest of those keys that have most."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from mcptui.model.limits import Limits

_DAY: Final = 86_400.0
#: Free pages of a file are given back above so many, 4 kB each; below that the next records take them.
_FREE_PAGES: Final = 1_000

_Table: TypeAlias = Literal["calls", "bodies"]
#: The columns of a table that say whose a row is, and how many bytes it takes.
_COLUMNS: Final[dict[_Table, tuple[str, str]]] = {"calls": ("key", "size"), "bodies": ("owner", "bytes")}
_SUMS: Final = "SELECT {key}, count(*), sum({size}) FROM {table} GROUP BY {key}"
#: Up to which id a key loses records; the newest id of all stays, so that numbers go on where they were.
_BY_NUMBER: Final = "SELECT id FROM calls WHERE key = ? ORDER BY id LIMIT 1 OFFSET ?"
_BY_SIZE: Final = """SELECT max(id) FROM (
    SELECT id, sum({size}) OVER (ORDER BY id) - {size} AS before FROM {table} WHERE {key} = ?
) WHERE before < ?"""
_REMOVE: Final = "DELETE FROM {table} WHERE {key} = ? AND id <= ? AND id < (SELECT max(id) FROM calls)"
#: When the newest of those calls was that are a day old: the last one, not the one of a clock that was ahead before.
_A_DAY_AGO: Final = "SELECT at FROM calls WHERE at <= ? ORDER BY id DESC LIMIT 1"
_OLD: Final = "SELECT id FROM calls WHERE at < ? AND id < (SELECT max(id) FROM calls)"


def forget(connection: sqlite3.Connection, limits: Limits, now: float) -> None:
    """Remove what ``limits`` does not allow to stay, in a transaction of the caller.

    Args:
        connection: to the file.
        limits: the number, bytes and days of the history among them.
        now: seconds since the epoch.
    """
    oldest = _believed(connection, now) - limits.history_days * _DAY
    connection.execute(f"DELETE FROM bodies WHERE id IN ({_OLD})", (oldest,))  # noqa: S608  a statement of ours
    connection.execute(f"DELETE FROM calls WHERE id IN ({_OLD})", (oldest,))  # noqa: S608
    numbers, sizes = _sums(connection, "calls")
    for key, number in excess(numbers, limits.history_records).items():
        row = connection.execute(_BY_NUMBER, (key, number - 1)).fetchone()
        _remove(connection, key, row[0], ("bodies", "calls"))
    if sum(sizes.values()) > limits.history_bytes:
        for key, size in excess(_sums(connection, "calls")[1], limits.history_bytes).items():
            _remove(connection, key, _up_to(connection, "calls", key, size), ("bodies", "calls"))
        sizes = _sums(connection, "calls")[1]
    # What was said takes much more room than the rest, and goes first.
    room = max(0, limits.history_bytes - sum(sizes.values()))
    for key, size in excess(_sums(connection, "bodies")[1], room).items():
        _remove(connection, key, _up_to(connection, "bodies", key, size), ("bodies",))


def _believed(connection: sqlite3.Connection, now: float) -> float:
    """The time at which it is looked what is too old: ``now``, as far as the calls of an earlier day bear it out.

    A clock that steps months ahead would make everything too old at once. What it says is believed once there are
    calls of a whole day after the step.
    """
    found = connection.execute(_A_DAY_AGO, (now - _DAY,)).fetchone()
    return now if found is None else min(now, found[0] + _DAY)


def excess(held: Mapping[str, int], limit: int) -> dict[str, int]:
    """How much each of ``held`` has to lose so that all together have ``limit`` at most.

    Those who have most are brought down to one level, and who has less than that loses nothing: who writes a hundred
    thousand records pushes out their own.
    """
    left, sizes = limit, sorted(held.values())
    for place, size in enumerate(sizes):
        level = left // (len(sizes) - place)
        if size > level:
            return {name: has - level for name, has in held.items() if has > level}
        left -= size
    return {}


def give_back(connection: sqlite3.Connection) -> None:
    """Make the file smaller where much of it is free; outside of a transaction."""
    free: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    if free > _FREE_PAGES:
        # It gives back a page a step, and has no column: only a script is carried out to its end.
        connection.executescript(f"PRAGMA incremental_vacuum({free - _FREE_PAGES})")


def _sums(connection: sqlite3.Connection, table: _Table) -> tuple[dict[str, int], dict[str, int]]:
    """Records and bytes of each key."""
    rows = connection.execute(_of(table, _SUMS)).fetchall()
    return {key: number for key, number, _ in rows}, {key: size for key, _, size in rows}


def _up_to(connection: sqlite3.Connection, table: _Table, key: str, size: int) -> int:
    """The id up to which the oldest records of ``key`` have ``size`` bytes."""
    found: int = connection.execute(_of(table, _BY_SIZE), (key, size)).fetchone()[0]
    return found


def _remove(connection: sqlite3.Connection, key: str, id_: int, tables: tuple[_Table, ...]) -> None:
    for table in tables:
        connection.execute(_of(table, _REMOVE), (key, id_))


def _of(table: _Table, statement: str) -> str:
    key, size = _COLUMNS[table]
    return statement.format(table=table, key=key, size=size)
