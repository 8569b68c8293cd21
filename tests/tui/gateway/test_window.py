"""The calls behind the list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mcptui.model.runtime import CallRecord
from mcptui.stores.history.filter import CallFilter, parse_filter
from mcptui.tui.gateway.window import CallWindow


def call(number: int, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": float(number), "key": "k", "method": "ping"}
    return CallRecord(**known | fields)


def ids(window: CallWindow) -> list[int | None]:
    return [window.id_at(place) for place in range(len(window))]


def test_what_comes_while_the_history_is_searched_is_added_once() -> None:
    window = CallWindow()
    assert window.add([call(4), call(5)]) == 2
    window.found(CallFilter(), [4, 3, 1])
    assert ids(window) == [5, 4, 3, 1]
    assert window.add([call(5), call(6)]) == 1
    assert window.place_of(3) == 3
    assert window.place_of(2) == 3
    assert window.place_of(99) == 0


def test_only_what_matches_is_added() -> None:
    window = CallWindow()
    window.found(parse_filter("key:a", datetime.now(UTC)), [1])
    assert window.add([call(2, key="b"), call(3, key="a")]) == 1
    assert ids(window) == [3, 1]


def test_records_are_fetched_once_and_those_that_are_gone_leave_the_list() -> None:
    window = CallWindow()
    window.found(CallFilter(), [3, 2, 1])
    assert window.at(0) is None
    assert window.unknown(range(-1, 5)) == [3, 2, 1]
    assert window.remember([3, 2, 1], [call(3), call(1)]) is True
    assert ids(window) == [3, 1]
    assert window.unknown(range(5)) == []
    assert window.at(1) == call(1)
    assert window.at(2) is None
    assert window.remember([3], [call(3)]) is False


def test_a_gap_in_what_comes_is_noticed() -> None:
    window = CallWindow()
    assert [window.missed(call(number)) for number in (5, 6, 9, 10, 10_000_000, 10_000_001)] == [
        False,
        False,
        True,
        False,
        False,
        False,
    ]


@given(st.lists(st.integers(1, 3_000), unique=True, max_size=50))
def test_live_records_are_bounded(numbers: list[int]) -> None:
    window = CallWindow()
    window.add([call(number) for number in range(1, 600)])
    window.found(CallFilter(), [])
    assert len(window) <= 500
    window.add([call(number) for number in sorted(numbers)])
    assert ids(window) == sorted((each for each in ids(window) if each is not None), reverse=True)
