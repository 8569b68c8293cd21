from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.identity.rate_limits import RateLimits
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Key, State, Team, User
from mcptui.state.loaded import Loaded
from mcptui.stores.rate_limits import MemoryRateLimits
from tests.support.clock import Moment


def snapshot(*, key: int | None = None, team: int | None = None) -> Snapshot:
    state = State(
        teams={"data": Team(name="data", rpm=team)},
        users={"ann": User(name="ann", team="data")},
        keys={
            "one": Key(name="one", hash="sha256:1", team="data", rpm=key),
            "two": Key(name="two", hash="sha256:2", user="ann"),
            "free": Key(name="free", hash="sha256:3"),
        },
    )
    return Snapshot(Loaded(state, ""))


async def accepted(limits: RateLimits, who: str, state: Snapshot, count: int) -> int:
    taken = 0
    for _ in range(count):
        try:
            await limits.take(KeyPrincipal(who), state)
        except AuthError:
            continue
        taken += 1
    return taken


async def test_a_key_may_send_its_minute_at_once_and_then_waits() -> None:
    clock = Moment(0.0)
    limits, state = RateLimits(MemoryRateLimits(clock)), snapshot(key=6)
    assert await accepted(limits, "one", state, 10) == 6
    with pytest.raises(AuthError) as caught:
        await limits.take(KeyPrincipal("one"), state)
    assert caught.value.status == 429
    assert caught.value.headers == [(b"retry-after", b"60")]
    assert caught.value.message == "key one may send 6 requests a minute; try again in 60 s."
    clock.now = 59.9
    assert await accepted(limits, "one", state, 3) == 0
    clock.now = 60.0
    assert await accepted(limits, "one", state, 10) == 6


async def test_retry_after_is_when_the_next_request_is_let_through() -> None:
    clock = Moment(0.0)
    limits, state = RateLimits(MemoryRateLimits(clock)), snapshot(key=2)
    await limits.take(KeyPrincipal("one"), state)
    clock.now = 20.0
    await limits.take(KeyPrincipal("one"), state)
    clock.now = 30.5
    with pytest.raises(AuthError) as caught:
        await limits.take(KeyPrincipal("one"), state)
    assert caught.value.headers == [(b"retry-after", b"30")]
    clock.now = 60.5
    assert await accepted(limits, "one", state, 5) == 1


async def test_the_keys_of_a_team_share_its_limit() -> None:
    limits, state = RateLimits(MemoryRateLimits(Moment(0.0))), snapshot(team=5)
    assert await accepted(limits, "one", state, 3) == 3
    assert await accepted(limits, "two", state, 3) == 2, "through its user"
    assert await accepted(limits, "free", state, 20) == 20


async def test_what_the_team_refuses_does_not_count_for_the_key() -> None:
    clock = Moment(0.0)
    limits, state = RateLimits(MemoryRateLimits(clock)), snapshot(key=2, team=1)
    assert await accepted(limits, "one", state, 3) == 1
    clock.now = 60.0
    assert await accepted(limits, "one", state, 3) == 1


async def test_the_owner_and_unknown_keys_have_no_limit() -> None:
    limits, state = RateLimits(MemoryRateLimits(Moment(0.0))), snapshot(key=1)
    await limits.take(OPERATOR, state)
    assert await accepted(limits, "gone", state, 5) == 5


async def test_a_restart_gives_nobody_a_new_minute() -> None:
    clock = Moment(0.0)
    clock.now = 1_000.0
    limits, state = RateLimits(MemoryRateLimits(clock)), snapshot(key=3, team=4)
    limits.restore([("one", 70.0), ("one", 50.0), ("two", 20.0), ("gone", 1.0), ("one", 10.0)], state)
    assert await accepted(limits, "one", state, 5) == 1
    assert await accepted(limits, "two", state, 5) == 0, "the team has had its four"
    clock.now += 11
    assert await accepted(limits, "one", state, 5) == 1


async def test_a_lower_limit_counts_what_was_sent_before() -> None:
    clock = Moment(0.0)
    limits = RateLimits(MemoryRateLimits(clock))
    assert await accepted(limits, "one", snapshot(key=5), 5) == 5
    clock.now = 30.0
    assert await accepted(limits, "one", snapshot(key=2), 5) == 0
    clock.now = 60.0
    assert await accepted(limits, "one", snapshot(key=2), 5) == 2


@given(st.lists(st.tuples(st.floats(0, 40), st.integers(1, 8)), max_size=40), st.integers(1, 12))
async def test_no_minute_has_more_than_the_limit_whatever_the_burst(bursts: list[tuple[float, int]], rpm: int) -> None:
    clock = Moment(0.0)
    limits, state = RateLimits(MemoryRateLimits(clock)), snapshot(key=rpm)
    taken: list[float] = []
    for pause, wanted in bursts:
        clock.now += pause
        got = await accepted(limits, "one", state, wanted)
        recent = sum(moment > clock.now - 60 for moment in taken)
        assert got == min(wanted, rpm - recent), "all that the minute has left, and not one more"
        taken += [clock.now] * got


@given(st.integers(1, 200))
async def test_an_even_pace_is_never_refused(rpm: int) -> None:
    clock = Moment(0.0)
    limits, state = RateLimits(MemoryRateLimits(clock)), snapshot(key=rpm)
    for step in range(3 * rpm):
        clock.now = step * 60 / rpm + step * 1e-9
        await limits.take(KeyPrincipal("one"), state)
