"""What every store of owners does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.stores.leases import LIFETIME
from mcptui.stores.owners import MemoryOwners, OwnerStore
from tests.support.clock import Clock, Moment

Opened = Callable[[Clock], OwnerStore]

IMPLEMENTATIONS: Final[dict[str, Opened]] = {"memory": MemoryOwners}
each = pytest.mark.parametrize("opened", IMPLEMENTATIONS.values(), ids=list(IMPLEMENTATIONS))


@each
async def test_a_name_has_one_owner(opened: Opened) -> None:
    store = opened(Moment())
    assert await store.owner("session 1") is None
    assert await store.claim("session 1", "one")
    assert not await store.claim("session 1", "two")
    assert await store.claim("session 1", "one"), "it has it already"
    assert await store.claim("session 2", "two")
    assert [await store.owner(f"session {number}") for number in (1, 2)] == ["one", "two"]


@each
async def test_only_its_owner_releases_a_name(opened: Opened) -> None:
    store = opened(Moment())
    await store.release("a", "one")
    await store.claim("a", "one")
    await store.release("a", "two")
    await store.release("b", "one")
    assert await store.owner("a") == "one"
    await store.release("a", "one")
    assert await store.owner("a") is None
    assert await store.claim("a", "two")


@each
async def test_what_a_dead_replica_had_is_nobodys(opened: Opened) -> None:
    clock = Moment()
    store = opened(clock)
    await store.claim("a", "one")
    await store.claim("b", "two")
    clock.now += LIFETIME - 1
    assert await store.owner("a") == "one"
    await store.renew("two")
    clock.now += 1
    assert [await store.owner(name) for name in "ab"] == [None, "two"]
    await store.renew("one")
    assert await store.owner("a") is None, "it was over"
    assert await store.claim("a", "two")
    assert not await store.claim("a", "one")


@each
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["claim", "release", "renew", "wait"]),
            st.sampled_from(["one", "two", "three"]),
            st.sampled_from(["a", "b"]),
        ),
        max_size=40,
    )
)
async def test_a_living_owner_stays_and_a_free_name_can_be_had(
    opened: Opened, steps: list[tuple[str, str, str]]
) -> None:
    clock = Moment()
    store = opened(clock)
    owners: dict[str, str] = {}
    heard: dict[str, float] = {}
    for step, replica, name in steps:
        if step == "wait":
            clock.now += LIFETIME / 2
        elif step == "renew":
            heard[replica] = clock.now
            await store.renew(replica)
        elif step == "claim":
            assert await store.claim(name, replica) is (owners.get(name, replica) == replica)
            if owners.setdefault(name, replica) == replica:
                heard[replica] = clock.now
        else:
            await store.release(name, replica)
            if owners.get(name) == replica:
                del owners[name]
        owners = {each: owner for each, owner in owners.items() if clock.now - heard[owner] < LIFETIME}
        assert [await store.owner(each) for each in "ab"] == [owners.get(each) for each in "ab"]
