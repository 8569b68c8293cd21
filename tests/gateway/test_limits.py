from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.auth import OWNER, AuthError, Principal
from mcptui.gateway.limits import RateLimits
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Key, State, Team, User
from mcptui.state.loaded import Loaded


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


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


def accepted(limits: RateLimits, who: str, state: Snapshot, count: int) -> int:
    taken = 0
    for _ in range(count):
        try:
            limits.take(Principal(who), state)
        except AuthError:
            continue
        taken += 1
    return taken


def test_a_key_may_send_its_minute_at_once_and_then_waits() -> None:
    clock = Clock()
    limits, state = RateLimits(clock), snapshot(key=6)
    assert accepted(limits, "one", state, 10) == 6
    with pytest.raises(AuthError) as caught:
        limits.take(Principal("one"), state)
    assert caught.value.status == 429
    assert caught.value.headers == [(b"retry-after", b"10")]
    assert caught.value.message == "key one may send 6 requests a minute; try again in 10 s."
    clock.now = 10.0
    assert accepted(limits, "one", state, 3) == 1


def test_the_keys_of_a_team_share_its_limit() -> None:
    limits, state = RateLimits(Clock()), snapshot(team=5)
    assert accepted(limits, "one", state, 3) == 3
    assert accepted(limits, "two", state, 3) == 2, "through its user"
    assert accepted(limits, "free", state, 20) == 20


def test_what_the_team_refuses_does_not_count_for_the_key() -> None:
    clock = Clock()
    limits, state = RateLimits(clock), snapshot(key=2, team=1)
    assert accepted(limits, "one", state, 3) == 1
    clock.now = 60.0
    assert accepted(limits, "one", state, 3) == 1


def test_the_owner_and_unknown_keys_have_no_limit() -> None:
    limits, state = RateLimits(Clock()), snapshot(key=1)
    limits.take(OWNER, state)
    assert accepted(limits, "gone", state, 5) == 5


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 20))
def test_no_pattern_of_requests_gets_more_than_a_minute_and_what_filled_since(pauses: list[float], rpm: int) -> None:
    clock = Clock()
    limits, state = RateLimits(clock), snapshot(key=rpm)
    taken = 0
    for pause in pauses:
        clock.now += pause
        taken += accepted(limits, "one", state, 2)
    assert taken <= rpm + clock.now * rpm / 60 + 1e-6
