"""What every store of rate limits does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.stores.rate_limits import WINDOW, Exceeded, MemoryRateLimits, RateLimitStore
from tests.support.clock import Clock, Moment

IMPLEMENTATIONS: Final[dict[str, Callable[[Clock], RateLimitStore]]] = {"memory": MemoryRateLimits}
each = pytest.mark.parametrize("opened", IMPLEMENTATIONS.values(), ids=list(IMPLEMENTATIONS))


@each
async def test_who_is_refused_hears_when_the_next_is_let_through(opened: Callable[[Clock], RateLimitStore]) -> None:
    clock = Moment()
    store = opened(clock)
    assert await store.take({"a": 2}) is None
    clock.now += 20
    assert await store.take({"a": 2}) is None
    assert await store.take({"a": 2}) == Exceeded("a", 2, WINDOW - 20)
    assert await store.take({"b": 2}) is None, "another name"
    clock.now += WINDOW - 20
    assert await store.take({"a": 2}) is None


@each
async def test_what_one_name_refuses_counts_for_none(opened: Callable[[Clock], RateLimitStore]) -> None:
    store = opened(Moment())
    assert await store.take({"team": 1}) is None
    refused = await store.take({"key": 1, "team": 1})
    assert refused is not None
    assert refused.name == "team"
    assert await store.take({"key": 1}) is None


@each
async def test_several_requests_are_let_through_together_or_not_at_all(
    opened: Callable[[Clock], RateLimitStore],
) -> None:
    clock = Moment()
    store = opened(clock)
    assert await store.take({"a": 5}, 2) is None
    clock.now += 10
    assert await store.take({"a": 5}, 4) == Exceeded("a", 5, WINDOW - 10)
    assert await store.take({"a": 5}, 3) is None
    assert await store.take({"a": 5}, 3) == Exceeded("a", 5, WINDOW), "the first of the three has to leave as well"
    assert await store.take({"a": 5}, 9) == Exceeded("a", 5, WINDOW)


@each
async def test_requests_of_an_earlier_process_count(opened: Callable[[Clock], RateLimitStore]) -> None:
    clock = Moment()
    store = opened(clock)
    for age in (70.0, 50.0, 10.0):
        store.restore("a", age)
    assert await store.take({"a": 2}) == Exceeded("a", 2, WINDOW - 50)
    clock.now += 11
    assert await store.take({"a": 2}) is None


@each
@given(
    st.lists(st.tuples(st.floats(0, 40), st.sampled_from(["a", "b", "ab"])), max_size=60),
    st.fixed_dictionaries({"a": st.integers(1, 8), "b": st.integers(1, 8)}),
)
async def test_no_window_holds_more_than_its_limit_and_none_is_refused_in_vain(
    opened: Callable[[Clock], RateLimitStore], requests: list[tuple[float, str]], limits: dict[str, int]
) -> None:
    clock = Moment()
    store = opened(clock)
    taken: dict[str, list[float]] = {"a": [], "b": []}
    for pause, names in requests:
        clock.now += pause
        free = all(sum(at > clock.now - WINDOW for at in taken[name]) < limits[name] for name in names)
        refused = await store.take({name: limits[name] for name in names})
        assert (refused is None) is free
        if refused is None:
            for name in names:
                taken[name].append(clock.now)
