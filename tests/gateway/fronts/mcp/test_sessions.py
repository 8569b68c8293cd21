"""How many sessions there are, and whose; what else ends them is tested with their streams and fronts."""

from __future__ import annotations

import asyncio

from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.fronts.mcp.sessions import SessionStore, owned_name
from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.scope import ALL
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings
from mcptui.state.loaded import Loaded
from mcptui.stores.owners import MemoryOwners
from tests.support.gateway import key, state


async def test_a_session_is_its_replicas_until_it_ends() -> None:
    owners = MemoryOwners()
    snapshot = Snapshot(Loaded(state(key("k")), "r"))
    ended: list[Session] = []
    one, other = (SessionStore(ended.append, Lifetimes(snapshot), owners, replica) for replica in ("one", "other"))
    mine, theirs = sessions_of("k", 2)
    await one.add(mine)
    await other.add(theirs)
    assert [await owners.owner(owned_name(each.id)) for each in (mine, theirs)] == ["one", "other"]
    one.end(mine)
    one.end(theirs)
    await asyncio.sleep(0)
    assert [await owners.owner(owned_name(each.id)) for each in (mine, theirs)] == [None, "other"]
    assert ended == [mine]


async def store_of(ended: list[Session], **limits: int) -> SessionStore:
    keys = [key(name) for name in "abc"]
    snapshot = Snapshot(Loaded(state(*keys, gateway=GatewaySettings(**limits)), "r"))  # type: ignore[arg-type]
    return SessionStore(ended.append, Lifetimes(snapshot), MemoryOwners(), "replica")


def sessions_of(name: str, count: int) -> list[Session]:
    return [Session(KeyPrincipal(name), ALL, "2025-11-25", {}) for _ in range(count)]


async def test_a_key_that_has_too_many_sessions_loses_its_own() -> None:
    ended: list[Session] = []
    store = await store_of(ended, max_sessions_per_key=3)
    (other,), mine = sessions_of("b", 1), sessions_of("a", 5)
    await store.add(other)
    for each in mine[:3]:
        await store.add(each)
    assert store.find(mine[0].id, mine[0].principal, ALL) is mine[0]
    for each in mine[3:]:
        await store.add(each)
    assert ended == [mine[1], mine[2]], "those that were unused for longest"
    assert store.get(other.id) is other


async def test_where_all_are_too_many_the_key_that_has_most_loses_one() -> None:
    ended: list[Session] = []
    store = await store_of(ended, max_sessions=6)
    victims, flood = sessions_of("b", 2), sessions_of("a", 20)
    late = sessions_of("c", 2)
    for each in (*victims, *flood, *late):
        await store.add(each)
    assert len(store) == 6
    assert ended == flood[: len(ended)]
    assert all(store.get(each.id) is each for each in (*victims, *late))
    await store.add(victims[0])
    assert len(store) == 6, "one that is added again is none more"
