"""What everything that carries announcements does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.stores.announcements import (
    Announcement,
    AnnouncementStore,
    CatalogueChanged,
    KeyRevoked,
    MemoryAnnouncements,
    Missed,
    StateChanged,
)

#: How each implementation is opened, with the number of announcements that may wait for one listener.
IMPLEMENTATIONS: Final[dict[str, Callable[[int], AnnouncementStore]]] = {"memory": MemoryAnnouncements}
each = pytest.mark.parametrize("opened", IMPLEMENTATIONS.values(), ids=list(IMPLEMENTATIONS))

ALL: Final[tuple[Announcement, ...]] = (StateChanged("r1"), CatalogueChanged("server"), KeyRevoked("key"))


async def heard(announcements: AsyncIterator[Announcement | Missed], number: int) -> list[Announcement | Missed]:
    """The next ones."""
    async with asyncio.timeout(10):
        return [await anext(announcements) for _ in range(number)]


@each
async def test_everybody_who_listens_hears_all_in_order(opened: Callable[[int], AnnouncementStore]) -> None:
    store = opened(10)
    await store.publish(StateChanged("before anybody listened"))
    async with store.listening() as one, store.listening() as other:
        for announcement in ALL:
            await store.publish(announcement)
        assert await heard(one, 3) == list(ALL)
        assert await heard(other, 3) == list(ALL)


@each
async def test_who_waits_hears_at_once(opened: Callable[[int], AnnouncementStore]) -> None:
    store = opened(10)
    async with store.listening() as announcements:
        waiting = asyncio.create_task(heard(announcements, 1))
        await asyncio.sleep(0)
        await store.publish(ALL[0])
        assert await waiting == [ALL[0]]


@each
async def test_who_has_left_delays_nobody(opened: Callable[[int], AnnouncementStore]) -> None:
    store = opened(1)
    with pytest.raises(ZeroDivisionError):
        async with store.listening():
            raise ZeroDivisionError
    async with store.listening() as announcements:
        await store.publish(ALL[0])
        assert await heard(announcements, 1) == [ALL[0]]


@each
@given(st.lists(st.sampled_from(["publish", "read"]), max_size=40))
async def test_whoever_misses_something_knows_it(opened: Callable[[int], AnnouncementStore], steps: list[str]) -> None:
    store = opened(3)
    published: list[Announcement] = []
    unread: list[Announcement | Missed] = []
    async with store.listening() as announcements:
        for step in steps:
            if step == "publish":
                published.append(StateChanged(str(len(published))))
                await store.publish(published[-1])
                unread = [Missed()] if len(unread) == 3 else [*unread, published[-1]]
            elif unread:
                assert await heard(announcements, 1) == [unread.pop(0)]
        assert await heard(announcements, len(unread)) == unread
