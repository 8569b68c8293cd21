"""The calls behind the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mcptui.call_filter.language import parse_filter
from mcptui.call_filter.terms import CallFilter
from mcptui.model.calls import MOST_CALLS, FoundCalls
from mcptui.model.runtime import CallRecord
from mcptui.tui.gateway.window import CallWindow, Page


def call(number: int, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": float(number), "key": "k", "method": "ping"}
    return CallRecord(**known | fields)


def fetched(stored: Sequence[int], page: Page) -> list[CallRecord]:
    """What a history of the calls ``stored`` answers."""
    found = sorted((number for number in stored if number <= page.found.newest), reverse=True)
    return [call(number) for number in found[page.skip : page.skip + page.limit]]


def find(stored: Sequence[int], near: int = 0) -> FoundCalls:
    return FoundCalls(len(stored), max(stored, default=0), sum(number > near for number in stored))


def read(window: CallWindow, stored: Sequence[int]) -> list[int]:
    """The ids of all calls, fetched where they are not known."""
    while (page := window.unknown(range(len(window)))) is not None:
        window.remember(page, fetched(stored, page))
    records = [window.at(place) for place in range(len(window))]
    return [record.id for record in records if record is not None]


def test_what_comes_while_the_history_is_searched_is_added_once() -> None:
    window = CallWindow()
    assert window.add([call(4), call(5)]) == 2
    window.use(CallFilter(), find([4, 3, 1], near=3))
    assert read(window, [4, 3, 1]) == [5, 4, 3, 1]
    assert window.add([call(5), call(6)]) == 1
    assert window.place_of(3) == 3


def test_a_call_is_found_again() -> None:
    window = CallWindow()
    window.add([call(number) for number in (7, 8)])
    for near, place in ((3, 3), (2, 4), (1, 4), (8, 0), (7, 1), (99, 0)):
        window.use(CallFilter(), find([4, 3, 2], near))
        assert window.place_of(near) == place
    window.use(CallFilter(), find([], 3))
    assert window.place_of(3) == 1
    assert CallWindow().place_of(3) == 0


def test_only_what_matches_is_added() -> None:
    window = CallWindow()
    window.use(parse_filter("key:a", datetime.now(UTC)), find([1]))
    assert window.add([call(2, key="b"), call(3, key="a")]) == 1
    assert read(window, [1]) == [3, 1]


def test_a_body_is_looked_at_once_and_not_kept_beyond_the_newest() -> None:
    window = CallWindow()
    window.use(parse_filter("body:x", datetime.now(UTC)), find([]))
    assert window.add([call(1, params="x"), call(2, params="y")]) == 1
    assert window.at(0) == call(1, params="x") == window.live(1)
    event = {"ms": 1.0, "kind": "notification", "method": "m", "value": {}}
    window.add([call(number, params="x", result="r", events=[event]) for number in range(3, 1_200)])
    assert window.live(1) is None
    assert [window.at(len(window) - place) for place in (1, 2)] == [call(1), call(3)]


def test_records_are_fetched_once() -> None:
    window = CallWindow()
    window.add([call(4)])
    found = find([3, 2, 1])
    window.use(CallFilter(), found)
    assert window.at(1) is None
    page = window.unknown(range(-1, 9))
    assert page == Page(found, 0, 3)
    assert not window.remember(page, [call(3), call(2), call(1)])
    assert window.unknown(range(-1, 9)) is None
    assert [window.at(place) for place in (-1, 1, 3, 4)] == [None, call(3), call(1), None]


def test_what_the_history_has_forgotten_leaves_the_list() -> None:
    window = CallWindow()
    window.use(CallFilter(), find([5, 4, 3, 2, 1]))
    page = window.unknown(range(2, 5))
    assert page is not None
    assert window.remember(page, [call(3)])
    assert len(window) == 3
    assert read(window, [5, 4, 3]) == [5, 4, 3]


def test_a_page_of_an_earlier_search_is_of_no_use() -> None:
    window = CallWindow()
    window.use(CallFilter(), find([5, 4]))
    page = window.unknown(range(2))
    assert page is not None
    window.use(CallFilter(), find([3, 2]))
    assert not window.remember(page, [])
    assert len(window) == 2
    assert window.at(0) is None


def test_what_is_asked_for_and_kept_is_bounded() -> None:
    window, stored = CallWindow(), range(1, 10_001)
    window.use(CallFilter(), find(stored))
    page = window.unknown(range(len(window)))
    assert page is not None
    assert page.limit == MOST_CALLS
    for start in range(0, 10_000, 500):
        page = window.unknown(range(start, start + 500))
        assert page is not None
        window.remember(page, fetched(stored, page))
    known = [place for place in range(10_000) if window.at(place) is not None]
    assert known == list(range(8_000, 10_000))


def test_when_many_have_come_it_is_time_to_search_again() -> None:
    window = CallWindow()
    window.add([call(number) for number in range(1, 2_001)])
    outgrown = [window.is_outgrown]
    window.add([call(2_001)])
    outgrown.append(window.is_outgrown)
    window.use(CallFilter(), find(range(1, 2_001)))
    outgrown.append(window.is_outgrown)
    assert outgrown == [False, True, False]
    assert len(window) == 2_001


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


@given(
    st.lists(st.integers(1, 40), unique=True, max_size=20),
    st.lists(st.integers(1, 40), unique=True, max_size=20),
    st.integers(0, 20),
)
def test_every_call_is_listed_once_newest_first(stored: list[int], live: list[int], before: int) -> None:
    live = sorted(set(live) | {number for number in range(max(stored, default=0) + 1, 41) if number in live})
    window = CallWindow()
    window.add([call(number) for number in live[:before]])
    window.use(CallFilter(), find(stored))
    window.add([call(number) for number in live[before:]])
    newest = max(stored, default=0)
    expected = sorted({*stored, *(number for number in live if number > newest)}, reverse=True)
    assert read(window, stored) == expected
    assert len(window) == len(expected)
