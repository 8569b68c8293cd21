"""What every history does for the gateway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from mcptui.call_filter.terms import CallFilter, Pattern, TextTerm
from mcptui.model.calls import FoundCalls
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.port import HistoryStore
from tests.support.histories import history_of

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path], HistoryStore]]] = {
    "memory": lambda _: history_of(),
    "file": lambda directory: history_of(directory / "history.db"),
}
LASTING: Final = ("file",)


def call(number: int, key: str = "k") -> CallRecord:
    return CallRecord(id=number, at=float(number), key=key, method="tools/call", outcome="ok", ms=1.0, front="x")


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
async def test_who_sent_what_when(implementation: str, tmp_path: Path) -> None:
    history = IMPLEMENTATIONS[implementation](tmp_path)
    await history.record([call(3), call(1), call(2, "other")])
    await history.record([])
    assert await history.sent_since(1.0) == [("other", 2.0), ("k", 3.0)]
    assert await history.sent_since(3.0) == []
    await history.close()


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
async def test_calls_are_found_page_by_page(implementation: str, tmp_path: Path) -> None:
    history = IMPLEMENTATIONS[implementation](tmp_path)
    assert await history.find(CallFilter()) == FoundCalls(0, 0)
    await history.record([replace(call(number, "ab"[number % 2]), params=[number]) for number in range(1, 11)])
    wanted = CallFilter((TextTerm(("key",), (Pattern("b", "exact"),)),))
    assert await history.find(CallFilter(), near=9) == FoundCalls(10, 10, 1)
    assert await history.find(wanted, near=4) == FoundCalls(5, 9, 3)
    await history.record([call(11, "b")])

    async def heads(**more: int) -> list[int]:
        found = await history.heads(wanted, newest=9, **more)
        assert all(record.params is None for record in found)
        return [record.id for record in found]

    # What came later moves nothing.
    assert [await heads(limit=2), await heads(skip=2, limit=2), await heads(skip=4, limit=2)] == [[9, 7], [5, 3], [1]]
    assert await heads(skip=5, limit=2) == await heads(limit=0) == []
    whole = await history.whole(wanted, limit=2)
    assert [(record.id, record.params) for record in whole] == [(11, None), (9, [9])]
    assert [record.id for record in await history.whole(wanted, before=9, limit=2)] == [7, 5]
    assert await history.whole(wanted, before=1, limit=2) == []
    await history.close()


@pytest.mark.parametrize("implementation", LASTING)
async def test_a_restart_loses_nothing(implementation: str, tmp_path: Path) -> None:
    before = IMPLEMENTATIONS[implementation](tmp_path)
    await before.record([call(1), call(2)])
    await before.close()
    after = IMPLEMENTATIONS[implementation](tmp_path)
    assert await after.sent_since(0.0) == [("k", 1.0), ("k", 2.0)]
    await after.close()
