from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.upstream.server.lists import Lists, Offer
from mcptui.upstream.server.session_lists import TOOLS_CHANGED, SessionLists

PROMPTS_CHANGED = "notifications/prompts/list_changed"


def offer(*names: str) -> Offer:
    return Offer(None, Lists(tools=tuple({"name": name} for name in names)))


class Rig:
    """What sessions are offered on their connections is in ``offers``."""

    def __init__(self) -> None:
        self.offers: dict[str, Offer | RpcError | None] = {"s": offer("mine")}
        self.asked: list[tuple[str, frozenset[str]]] = []
        self.told: list[tuple[str, str]] = []
        self.happened = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()
        self.lists = SessionLists(self._read, self._tell)

    async def _read(self, session: str, announced: frozenset[str]) -> Offer | None:
        self.asked.append((session, announced))
        self.happened.set()
        await self.go.wait()
        found = self.offers[session]
        if isinstance(found, RpcError):
            raise found
        return found

    def _tell(self, event: str, session: str) -> None:
        self.told.append((event, session))
        self.happened.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                self.happened.clear()
                await self.happened.wait()

    async def announce(self) -> None:
        told = len(self.told)
        self.lists.announced("s", TOOLS_CHANGED)
        await self.until(lambda: (TOOLS_CHANGED, "s") in self.told[told:])


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_a_session_sees_its_own_lists_and_is_told_alone(rig: Rig) -> None:
    await rig.announce()
    assert rig.lists.of("s") == offer("mine")
    assert rig.lists.of("other") is None
    assert rig.told == [("lists", "s"), (TOOLS_CHANGED, "s")]


async def test_a_burst_is_read_at_once_and_what_comes_meanwhile_again(rig: Rig) -> None:
    rig.go.clear()
    rig.lists.announced("s", TOOLS_CHANGED)
    rig.lists.announced("s", PROMPTS_CHANGED)
    await rig.until(lambda: bool(rig.asked))
    rig.lists.announced("s", TOOLS_CHANGED)
    rig.go.set()
    await rig.until(lambda: len(rig.told) == 4)
    assert rig.asked == [("s", frozenset({TOOLS_CHANGED, PROMPTS_CHANGED})), ("s", frozenset({TOOLS_CHANGED}))]
    assert rig.told == [("lists", "s"), (PROMPTS_CHANGED, "s"), (TOOLS_CHANGED, "s"), (TOOLS_CHANGED, "s")]


async def test_a_session_without_a_connection_sees_what_all_see(rig: Rig) -> None:
    rig.offers["s"] = None
    await rig.announce()
    assert rig.lists.of("s") is None


async def test_lists_that_cannot_be_read_stay(rig: Rig) -> None:
    await rig.announce()
    rig.offers["s"] = RpcError(INTERNAL_ERROR, "no")
    await rig.announce()
    assert rig.lists.of("s") == offer("mine")


async def test_what_all_see_by_now_is_no_longer_of_a_session(rig: Rig) -> None:
    await rig.announce()
    rig.lists.everybody_read(offer("other"))
    assert rig.lists.of("s") is not None
    rig.lists.everybody_read(offer("mine"))
    assert rig.lists.of("s") is None


@pytest.mark.parametrize("end", ["forget", "close"])
async def test_nothing_is_read_for_a_session_that_ended(rig: Rig, end: str) -> None:
    rig.go.clear()
    rig.lists.announced("s", TOOLS_CHANGED)
    await rig.until(lambda: bool(rig.asked))
    reader = rig.lists._readers["s"]
    rig.lists.forget("s") if end == "forget" else rig.lists.close()
    rig.go.set()
    await asyncio.wait([reader])
    assert rig.lists.of("s") is None
    assert rig.told == []
