"""What is forgotten: too old, too much."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.model.limits import Limits
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.log import History
from mcptui.stores.history.retention import excess

DAY = 86_400.0


def call(number: int, key: str = "k", **fields: Any) -> CallRecord:
    return CallRecord(**{"id": number, "at": float(number), "key": key, "method": "tools/call", **fields})


@pytest.mark.parametrize(
    ("held", "limit", "lost"),
    [
        ({}, 0, {}),
        ({"a": 5}, 5, {}),
        ({"a": 6}, 5, {"a": 1}),
        ({"a": 100, "b": 3}, 50, {"a": 53}),
        ({"a": 100, "b": 90, "c": 1}, 51, {"a": 75, "b": 65}),
        ({"a": 5, "b": 5, "c": 5}, 10, {"a": 2, "b": 2, "c": 2}),
        ({"a": 5, "b": 0}, 0, {"a": 5}),
    ],
)
def test_who_has_most_loses(held: dict[str, int], limit: int, lost: dict[str, int]) -> None:
    assert excess(held, limit) == lost


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 1_000), max_size=8), st.integers(0, 4_000))
def test_what_stays_fits_and_nobody_with_little_loses(held: dict[str, int], limit: int) -> None:
    lost = excess(held, limit)
    stays = {key: has - lost.get(key, 0) for key, has in held.items()}
    assert sum(stays.values()) <= limit or not lost
    assert (sum(held.values()) <= limit) == (not lost)
    assert all(stays[key] >= stays[other] for key in lost for other in held)
    assert all(has >= 0 for has in stays.values())


async def test_one_key_pushes_out_its_own_calls_only() -> None:
    history = History(None, Limits(history_records=50), clock=lambda: 0.0)
    await history.record([call(number, "quiet") for number in range(1, 6)])
    for batch in range(40):
        await history.record([call(10 + batch * 50 + number, "busy") for number in range(50)])
    found = await history.heads(newest=10_000)
    assert [record.key for record in found].count("quiet") == 5
    assert [record.id for record in found if record.key == "busy"] == list(range(2_009, 1_964, -1))
    await history.close()


async def test_what_was_said_goes_first_where_bytes_are_too_many() -> None:
    history = History(None, Limits(history_records=10, history_bytes=40_000), clock=lambda: 0.0)
    await history.record([call(1, "quiet", params=["x" * 5_000])])
    for number in range(2, 11):
        await history.record([call(number, "busy", params=["x" * 10_000])])
    await history.record([call(11, "busy")])
    found = {record.id: record.params is not None for record in await history.whole()}
    assert found == {1: True, 3: False, 4: False, 5: False, 6: False, 7: False, 8: True, 9: True, 10: True, 11: False}
    await history.close()


async def test_calls_go_where_they_alone_have_too_many_bytes() -> None:
    history = History(None, Limits(history_records=5, history_bytes=20_000), clock=lambda: 0.0)
    for number in range(1, 12):
        await history.record([call(number, "busy" if number > 1 else "quiet", error="x" * 4_000)])
    assert [record.id for record in await history.whole()] == [11, 10, 9, 1]
    await history.close()


@pytest.mark.parametrize(("days", "left"), [(1, [5, 4]), (3, [5, 4, 3, 2]), (100, [5, 4, 3, 2, 1])])
async def test_what_is_too_old_goes(days: int, left: list[int]) -> None:
    history = History(None, Limits(history_days=days), clock=lambda: 5 * DAY)
    await history.record([call(number, at=number * DAY, params=[number]) for number in range(1, 6)])
    assert [record.id for record in await history.whole()] == left
    await history.close()


async def _left(path: Path, *moments: float) -> list[float]:
    """The days of the calls that are left when calls were recorded at ``moments`` by the clock, in days."""
    for moment in moments:
        history = History(path, Limits(history_days=90), clock=lambda: moment * DAY)  # noqa: B023  used in the round
        await history.record([call(1, at=moment * DAY)])
        left = [record.at / DAY for record in await history.whole()]
        await history.close()
    return left[::-1]


async def test_a_clock_that_steps_far_ahead_makes_nothing_too_old(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    days = [100.0, 101.0, 102.0]
    assert await _left(path, *days, 1_000.0, 1_000.5) == [*days, 1_000.0, 1_000.5]
    # Set right, and some days later the same once more.
    assert await _left(path, 103.0, 105.0, 1_005.0) == [*days, 1_000.0, 1_000.5, 103.0, 105.0, 1_005.0]


async def test_a_clock_that_steps_back_makes_nothing_too_old(tmp_path: Path) -> None:
    days = [1_000.0, 1_001.0, 0.0, 1_001.1]
    assert await _left(tmp_path / "history.db", *days) == days


async def test_a_clock_is_believed_after_a_day(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    assert await _left(path, 100.0, 101.0, 1_000.0, 1_001.0) == [1_000.0, 1_001.0]


async def test_calls_of_a_gateway_that_is_rarely_used_become_too_old(tmp_path: Path) -> None:
    assert await _left(tmp_path / "history.db", 0.0, 100.0, 200.0, 300.0) == [200.0, 300.0]


async def test_the_newest_stays_so_that_numbers_go_on() -> None:
    history = History(None, Limits(history_days=1), clock=lambda: 1_000 * DAY)
    await history.record([call(number) for number in range(1, 6)])
    assert await history.newest() == 5
    await history.record([call(1)])
    assert await history.newest() == 6
    await history.close()


async def test_the_file_becomes_smaller(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    history = History(path, clock=lambda: 0.0)
    await history.record([call(number, params=["x" * 15_000]) for number in range(1, 1_001)])
    await history.close()
    before = path.stat().st_size
    history.use(Limits(history_bytes=100_000, history_records=10))
    await history.record([call(2_000)])
    await history.close()
    assert path.stat().st_size < before / 2
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    connection.close()
