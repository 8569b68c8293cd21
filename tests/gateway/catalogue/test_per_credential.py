from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.catalogue import per_credential as variants
from mcptui.gateway.catalogue.per_credential import PER_PRINCIPAL, PerCredentialServers, VariantKey


class Fake:
    """A server as far as this is about it."""

    def __init__(self) -> None:
        self.is_busy = False
        self.started = False

    def start(self) -> None:
        self.started = True


class World:
    def __init__(self) -> None:
        self.closed: list[Any] = []
        self.variants = PerCredentialServers(self.closed.append)

    def use(self, name: str, principal: str = "p", server: str = "s") -> Any:
        made: Any = Fake
        return self.variants.get(VariantKey(server, principal, name), made)


def test_made_once_and_started() -> None:
    world = World()
    first = world.use("a")
    assert first.started
    assert world.use("a") is first
    assert world.use("a", "q") is not first
    assert world.variants.find(VariantKey("s", "p", "a")) is first
    assert world.variants.find(VariantKey("s", "p", "b")) is None
    assert first in list(world.variants)
    assert len(list(world.variants)) == 2


def test_the_longest_unused_makes_room_for_the_same_principal() -> None:
    world = World()
    other: Any = world.use("mine", "other")
    used = [world.use(str(number)) for number in range(PER_PRINCIPAL)]
    used[0].is_busy = True
    world.use("1")
    world.use("new")
    assert world.closed == [used[2]], "the first is busy, the second was used again"
    assert other in list(world.variants)


def test_where_all_are_busy_the_oldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "MAX_VARIANTS", 2)
    world = World()
    used = [world.use(name, principal=name) for name in "ab"]
    for each in used:
        each.is_busy = True
    world.use("c", principal="c")
    assert world.closed == [used[0]]


def test_idle_ones_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    used, busy = world.use("a"), world.use("b")
    busy.is_busy = True
    world.variants.end_idle()
    assert world.closed == []
    monkeypatch.setattr(variants, "IDLE", -1.0)
    world.variants.end_idle()
    assert world.closed == [used]
    world.variants.end_where(lambda key: key.credential == "b")
    assert world.closed == [used, busy]
