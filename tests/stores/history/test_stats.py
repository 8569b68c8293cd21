"""Numbers of calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.call_filter.terms import CallFilter, OutcomeTerm
from mcptui.model.calls import GroupStats
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.log import History
from tests.support.histories import history_of


def call(number: int, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": float(number), "key": "k", "method": "tools/call", "server": "s"}
    return CallRecord(**known | fields)


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    history = history_of(tmp_path / "history.db")
    yield history
    await history.close()


async def test_one_group(history: History) -> None:
    await history.record(
        [call(n, ms=float(n), bytes_out=10, outcome="error" if n % 10 == 0 else "ok") for n in range(100)]
        + [call(100, outcome="cancelled", ms=1000.0)]
    )
    assert await history.stats("server", 0, 100, buckets=4) == [
        GroupStats(
            name="s",
            calls=100,
            failed=10,
            p50=49.0,
            p95=94.0,
            slowest=99.0,
            bytes_out=1000,
            counts=(25, 25, 25, 25),
            failures=(3, 2, 3, 2),
        )
    ]
    cancelled = (await history.stats("server", 100, 101, buckets=1))[0]
    assert (cancelled.calls, cancelled.failed, cancelled.p95) == (1, 0, 1000.0)


async def test_groups_by_what_is_asked_for_the_largest_first(history: History) -> None:
    await history.record(
        [
            call(1, server="a", name="a__x", tool="x", key="one", client="cursor"),
            call(2, server="b", name="x", key="one"),
            call(3, server="b", name="b__x", tool="x", key="two"),
            call(4, server=None, outcome="denied", key="two", name="nothing"),
            call(5, server=None, method="tools/list", key="two"),
        ]
    )

    async def groups(by: Any, **more: Any) -> dict[str, int]:
        return {group.name: group.calls for group in await history.stats(by, 0, 10, **more)}

    assert list((await groups("server")).items()) == [("b", 2), ("a", 1)]
    assert await groups("key") == {"two": 3, "one": 2}
    assert await groups("tool") == {"b x": 2, "a x": 1}
    assert await groups("client") == {"cursor": 1}
    assert await groups("key", wanted=CallFilter((OutcomeTerm(frozenset({"denied"})),))) == {"two": 1}
    assert await groups("key", buckets=1) == await groups("key")
    assert (await history.stats("key", 3, 4))[0].name == "two"
    assert await history.stats("key", 20, 30) == []


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.integers(1, 7))
async def test_percentiles_are_nearest_ranks(
    tmp_path_factory: pytest.TempPathFactory, times: list[float], buckets: int
) -> None:
    history = history_of(tmp_path_factory.mktemp("stats") / "history.db")
    await history.record([call(n, ms=ms) for n, ms in enumerate(times)])
    (group,) = await history.stats("server", 0, len(times), buckets=buckets)
    ordered = sorted(times)
    assert group.p50 == ordered[-(-len(times) * 50 // 100) - 1]
    assert group.p95 == ordered[-(-len(times) * 95 // 100) - 1]
    assert sum(group.counts) == group.calls == len(times)
    await history.close()
