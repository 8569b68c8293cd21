from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.upstream.server.audience import PLAIN, Profile, profile_of
from mcptui.upstream.server.lists import Lists, Offer
from mcptui.upstream.server.profile_lists import MAX_PROFILES, UNUSED, ProfileLists
from tests.support.clock import Moment

ROOTS, SAMPLING = profile_of({"roots": {}}), profile_of({"sampling": {}})


def offer(*names: str) -> Offer:
    return Offer(None, Lists(tools=tuple({"name": name} for name in names)))


class Rig:
    """Everybody sees ``a``; what profiles see is in ``offers``."""

    def __init__(self) -> None:
        self.everybody = offer("a")
        self.offers: dict[Profile, Offer | RpcError] = {ROOTS: offer("a"), SAMPLING: offer("a", "asks")}
        self.asked: list[Profile] = []
        self.told: list[str] = []
        self.go = asyncio.Event()
        self.go.set()
        self.clock = Moment()
        self.lists = ProfileLists(lambda: self.everybody, self._read, self.told.append, self.clock)

    async def _read(self, profile: Profile) -> Offer:
        self.asked.append(profile)
        await self.go.wait()
        found = self.offers.get(profile, self.everybody)
        if isinstance(found, RpcError):
            raise found
        return found

    async def read(self, profile: Profile) -> Offer | None:
        await self.lists.reading(profile)
        return self.lists.of(profile)


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_only_what_differs_is_kept(rig: Rig) -> None:
    assert not rig.lists.is_wanted(PLAIN)
    assert rig.lists.is_wanted(ROOTS)
    assert await rig.read(ROOTS) is None
    assert await rig.read(SAMPLING) == offer("a", "asks")
    assert not rig.lists.is_wanted(ROOTS)
    assert rig.lists.apart == {SAMPLING.digest}
    assert rig.lists.is_apart(SAMPLING)
    assert rig.told == ["profiles", "lists"]


async def test_a_profile_is_read_once_however_many_come(rig: Rig) -> None:
    rig.go.clear()
    first = rig.lists.reading(ROOTS)
    assert rig.lists.reading(ROOTS) is first
    rig.go.set()
    await first
    assert rig.asked == [ROOTS]


async def test_one_that_cannot_be_read_sees_what_everybody_sees(rig: Rig) -> None:
    rig.offers[SAMPLING] = RpcError(INTERNAL_ERROR, "no")
    assert await rig.read(SAMPLING) is None
    assert not rig.lists.is_wanted(SAMPLING), "nobody waits for it again"
    assert rig.told == []


@pytest.mark.parametrize(
    ("has_changed", "again", "wanted"),
    [(False, False, [False, False]), (False, True, [False, True]), (True, False, [True, True])],
)
async def test_what_is_read_again_with_what_everybody_sees(
    rig: Rig, has_changed: bool, again: bool, wanted: list[bool]
) -> None:
    await rig.read(ROOTS)
    await rig.read(SAMPLING)
    rig.lists.everybody_read(has_changed=has_changed, again=again)
    assert [rig.lists.is_wanted(profile) for profile in (ROOTS, SAMPLING)] == wanted
    assert rig.lists.is_apart(SAMPLING), "what is known is shown meanwhile"


@pytest.mark.parametrize("fails", [False, True])
async def test_a_change_while_it_is_read_has_it_read_once_more(rig: Rig, fails: bool) -> None:
    rig.go.clear()
    if fails:
        rig.offers[SAMPLING] = RpcError(INTERNAL_ERROR, "no")
    reading = rig.lists.reading(SAMPLING)
    await asyncio.sleep(0)
    before = rig.offers[SAMPLING]
    rig.lists.everybody_read(has_changed=True, again=True)
    rig.lists.everybody_read(has_changed=False, again=True)

    async def read(profile: Profile) -> Offer:
        return offer("a", "new")

    rig.lists._read = read
    rig.go.set()
    await reading
    assert (rig.asked, rig.offers[SAMPLING]) == ([SAMPLING], before)
    assert rig.lists.of(SAMPLING) == offer("a", "new")
    assert not rig.lists.is_wanted(SAMPLING)
    assert rig.told == ["lists"]


async def test_what_everybody_sees_by_now_is_no_longer_apart(rig: Rig) -> None:
    await rig.read(SAMPLING)
    rig.everybody = offer("a", "asks")
    rig.lists.everybody_read(has_changed=True, again=True)
    assert rig.lists.apart == frozenset()


def numbered(count: int) -> list[Profile]:
    return [profile_of({"experimental": {str(number): {}}}) for number in range(count)]


async def ask(rig: Rig, profiles: list[Profile]) -> list[Profile]:
    """A client of each of them comes; those of whom it was read what they see."""
    rig.asked.clear()
    for profile in profiles:
        if rig.lists.is_wanted(profile):
            await rig.lists.reading(profile)
    return list(rig.asked)


async def test_more_profiles_than_are_told_apart_do_not_have_the_server_read_again_and_again(rig: Rig) -> None:
    profiles = numbered(MAX_PROFILES + 4)
    assert await ask(rig, profiles) == profiles[:MAX_PROFILES]
    assert await ask(rig, profiles) == []
    assert rig.lists.of(profiles[-1]) is None
    assert len(rig.lists.known()) == MAX_PROFILES


async def test_a_profile_that_is_used_no_more_makes_room(rig: Rig) -> None:
    profiles = numbered(MAX_PROFILES)
    await ask(rig, profiles)
    rig.clock.now += UNUSED
    assert await ask(rig, [profiles[0], SAMPLING]) == []
    rig.clock.now += 1
    assert await ask(rig, [SAMPLING, profiles[0]]) == [SAMPLING]
    assert {profile for profile, _ in rig.lists.known()} == {SAMPLING, profiles[0], *profiles[2:]}


async def test_closing_ends_what_reads(rig: Rig) -> None:
    rig.go.clear()
    reading = rig.lists.reading(ROOTS)
    rig.lists.close()
    await asyncio.wait([reading])
    assert reading.cancelled()


def test_what_was_known_is_restored(rig: Rig) -> None:
    nothing: Callable[..., None] = lambda *_: None  # noqa: E731
    again = ProfileLists(lambda: rig.everybody, nothing, nothing)  # type: ignore[arg-type]
    again.restore([(ROOTS, None), (SAMPLING, offer("asks"))])
    assert again.known() == [(ROOTS, None), (SAMPLING, offer("asks"))]
