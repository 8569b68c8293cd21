from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mcptui.model.calls import Use
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.errors import HistoryError
from mcptui.stores.history.log import History


def call(number: int, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": float(number), "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@pytest.fixture
async def history(path: Path) -> AsyncIterator[History]:
    history = History(path)
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
    again = History(path)
    assert await again.whole(limit=1) == [call(2)]
    await again.close()


async def test_heads_come_without_bodies(history: History) -> None:
    await history.record([call(1, params={"a": 1}, server="s"), call(2)])
    assert await history.heads(newest=2) == [call(2), call(1, server="s")]
    assert await history.heads(newest=1) == [call(1, server="s")]
    assert await history.call(1) == call(1, params={"a": 1}, server="s")
    assert await history.call(3) is None


async def test_bodies_are_forgotten_before_the_calls(path: Path) -> None:
    history = History(path, keep=3, keep_bodies=1)
    for number in range(1, 6):
        await history.record([call(number, params=[number])])
    assert [(record.id, record.params) for record in await history.whole()] == [(5, [5]), (4, None), (3, None)]
    await history.close()


async def test_only_the_newest_are_kept_but_not_when_keys_were_used(path: Path) -> None:
    history = History(path, keep=3)
    await history.record([call(0, key="old")])
    await history.record([call(number) for number in range(1, 6)])
    await history.record([call(6, at=1.0)])
    assert [record.id for record in await history.whole()] == [6, 5, 4]
    assert sorted(await history.uses(), key=lambda use: use.key) == [Use("k", None, 6, 5.0), Use("old", None, 1, 0.0)]
    await history.close()


async def test_failed_write_leaves_nothing_half_done(history: History) -> None:
    await history.record([call(1)])
    broken = call(3)
    object.__setattr__(broken, "key", None)
    with pytest.raises(HistoryError):
        await history.record([call(2), broken])
    assert await history.whole() == [call(1)]


async def test_two_processes_and_many_threads(history: History, path: Path) -> None:
    other = History(path)
    logs = [history, other]
    await asyncio.gather(*(logs[n % 2].record([call(n * 10 + i) for i in range(10)]) for n in range(8)))
    assert (await history.find()).total == (await other.find()).total == 80
    await other.close()
