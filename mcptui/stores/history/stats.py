"""Numbers of calls, by server, key, tool or client."""

from __future__ import annotations

import sqlite3
from typing import Final

from mcptui.call_filter.terms import CallFilter
from mcptui.model.calls import GroupBy, GroupStats
from mcptui.stores.history.conditions import condition

_FAILED: Final = "outcome NOT IN ('ok', 'cancelled')"
#: Two servers may have tools of one name.
_GROUPS: Final[dict[GroupBy, str]] = {
    "server": "server",
    "key": "key",
    "tool": "server || ' ' || coalesce(tool, name)",
    "client": "client",
}


def group_stats(
    connection: sqlite3.Connection, by: GroupBy, start: float, end: float, wanted: CallFilter, buckets: int
) -> list[GroupStats]:
    """The groups with the most calls first."""
    where, values = condition(wanted)
    hits = f"""hits AS (
        SELECT {_GROUPS[by]} AS name, at, ms, bytes_out, times, times * ({_FAILED}) AS failed FROM calls
        WHERE at >= ? AND at < ? AND {_GROUPS[by]} IS NOT NULL AND {where}
    )"""  # noqa: S608  names and conditions of ours
    totals = f"""WITH {hits}, ranked AS (
        SELECT *, row_number() OVER (PARTITION BY name ORDER BY ms) AS place,
               count(*) OVER (PARTITION BY name) AS n FROM hits
    )
    SELECT name, sum(times), sum(failed), max(CASE WHEN place <= (n * 50 + 99) / 100 THEN ms END),
           max(CASE WHEN place <= (n * 95 + 99) / 100 THEN ms END), max(ms), sum(bytes_out)
    FROM ranked GROUP BY name ORDER BY sum(times) DESC, name"""  # noqa: S608
    course = f"""WITH {hits}
    SELECT name, CAST((at - ?) / ? AS INTEGER) AS bucket, sum(times), sum(failed) FROM hits GROUP BY name, bucket"""  # noqa: S608
    nothing = [0] * buckets
    width = max(end - start, 1e-3) / buckets
    counts: dict[str, list[int]] = {}
    failures: dict[str, list[int]] = {}
    for name, bucket, count, failed in connection.execute(course, (start, end, *values, start, width)):
        # A sum of floating-point steps may end just beyond the last one.
        place = min(bucket, buckets - 1)
        counts.setdefault(name, [0] * buckets)[place] += count
        failures.setdefault(name, [0] * buckets)[place] += failed
    return [
        GroupStats(
            name=name,
            calls=calls,
            failed=failed,
            p50=p50,
            p95=p95,
            slowest=slowest,
            bytes_out=bytes_out,
            counts=tuple(counts.get(name, nothing)),
            failures=tuple(failures.get(name, nothing)),
        )
        for name, calls, failed, p50, p95, slowest, bytes_out in connection.execute(totals, (start, end, *values))
    ]
