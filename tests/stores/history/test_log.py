from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcptui.model.calls import Use
from mcptui.model.limits import Limits
from mcptui.model.runtime import NOBODY, CallRecord
from mcptui.stores.history.errors import HistoryError
from mcptui.stores.history.log import History
from tests.support.histories import FOR_EVER, history_of


def call(number: int, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": float(number), "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@pytest.fixture
async def history(path: Path) -> AsyncIterator[History]:
    history = history_of(path)
    yield history
    await history.close()


async def test_records_come_back_as_they_were(history: History, path: Path) -> None:
    full = call(
        1,
        server="s",
        name="t",
        outcome="error",
        ms=1.5,
        upstream_ms=1.0,
        bytes_in=1,
        bytes_out=2,
        error="no",
        front="2025-11-25",
        tool="own",
        scope="s",
        client="Cursor",
        before_ms=0.25,
        connect_ms=0.5,
        events=[{"ms": 1.0, "kind": "notification", "method": "m", "value": {}}],
        params={"arguments": {"a": [1, None, "é"]}},
        result=[],
    )
    await history.record([full, call(2)])
    await history.record([])
    assert await history.whole() == [call(2), full]
    assert path.stat().st_mode & 0o777 == 0o600
    again = history_of(path)
    assert await again.whole(limit=1) == [call(2)]
    await again.close()


async def test_heads_come_without_bodies(history: History) -> None:
    await history.record([call(1, params={"a": 1}, server="s"), call(2)])
    assert await history.heads(newest=2) == [call(2), call(1, server="s")]
    assert await history.heads(newest=1) == [call(1, server="s")]
    assert await history.call(1) == call(1, params={"a": 1}, server="s")
    assert await history.call(3) is None


async def test_only_the_newest_are_kept_but_not_when_keys_were_used(path: Path) -> None:
    history = History(path, Limits(history_records=3), clock=lambda: 0.0)
    await history.record([call(1, key="old")])
    await history.record([call(number) for number in range(2, 7)])
    await history.record([call(7, at=1.0)])
    assert [record.id for record in await history.whole()] == [7, 6, 1]
    assert sorted(await history.uses(), key=lambda use: use.key) == [Use("k", None, 6, 6.0), Use("old", None, 1, 1.0)]
    await history.close()


@pytest.mark.parametrize("first", [1, 2, 500, 1_000])
async def test_a_record_is_never_overwritten(history: History, first: int) -> None:
    """Who begins to count at a clock that stepped back, or that was slower than the calls, goes on behind."""
    earlier = [call(number, key="earlier", params=[number]) for number in range(1, 1_001)]
    await history.record(earlier)
    await history.record([call(first + number, key="later", params=[]) for number in range(1_000)])
    await history.record([call(5_000)])
    found = await history.whole()
    assert found[-1_000:][::-1] == earlier
    assert [record.id for record in found] == [5_000, *range(2_000, 0, -1)]
    assert await history.newest() == 5_000


async def test_another_number_of_calls_holds_from_the_next_record_on(history: History) -> None:
    await history.record([call(number) for number in range(1, 11)])
    history.use(replace(FOR_EVER, history_records=4))
    await history.record([call(11)])
    assert [record.id for record in await history.heads(newest=99)] == [11, 10, 9, 8]


async def test_requests_that_a_record_stands_for_count(history: History) -> None:
    await history.record([call(1, times=3, server="s"), call(2, server="s"), call(3, key=NOBODY, times=9)])
    assert await history.uses() == [Use("k", "s", 4, 2.0)]
    assert (await history.sent_since(0.5))[:4] == [("k", 1.0)] * 3 + [("k", 2.0)]
    assert [group.calls for group in await history.stats("key", 0, 10)] == [9, 4]


async def test_failed_write_leaves_nothing_half_done(history: History) -> None:
    await history.record([call(1)])
    broken = call(3)
    object.__setattr__(broken, "key", None)
    with pytest.raises(HistoryError):
        await history.record([call(2), broken])
    assert await history.whole() == [call(1)]


async def test_two_processes_and_many_threads(history: History, path: Path) -> None:
    other = history_of(path)
    logs = [history, other]
    await asyncio.gather(*(logs[n % 2].record([call(n * 10 + i) for i in range(10)]) for n in range(8)))
    assert (await history.find()).total == (await other.find()).total == 80
    await other.close()
