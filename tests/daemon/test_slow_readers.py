from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import pytest

from mcptui.daemon import slow_readers
from mcptui.daemon.slow_readers import SlowReaders

LIMIT: Final = 100


@dataclass(eq=False)
class Client:
    """Something waits for it."""

    unread: int
    taken: int = 0
    is_gone: bool = False

    def abort(self) -> None:
        """It is disconnected."""
        self.is_gone = True


@pytest.fixture
async def readers() -> SlowReaders:
    return SlowReaders(lambda: LIMIT)


async def test_the_slowest_make_room(readers: SlowReaders) -> None:
    clients = [Client(60), Client(60), Client(60)]
    for client in clients:
        readers.add(client)
    readers.look()
    assert not any(client.is_gone for client in clients), "nobody was seen for long enough to be called slow"
    for client, taken in zip(clients, (7, 5, 9), strict=True):
        client.taken = taken
    readers.look()
    assert [client.is_gone for client in clients] == [True, True, False]
    readers.look()
    assert not clients[2].is_gone


async def test_who_is_as_slow_and_holds_more_goes_first(readers: SlowReaders) -> None:
    small, large = Client(30), Client(90)
    for client in (small, large):
        readers.add(client)
    readers.look()
    readers.look()
    assert (small.is_gone, large.is_gone) == (False, True)


async def test_within_the_limit_everybody_may_be_slow(readers: SlowReaders) -> None:
    clients = [Client(50), Client(50)]
    for client in clients:
        readers.add(client)
    readers.look()
    readers.look()
    assert not any(client.is_gone for client in clients)


async def test_who_has_read_everything_is_no_slow_reader(readers: SlowReaders) -> None:
    client = Client(500)
    readers.add(client)
    readers.look()
    readers.remove(client)
    readers.add(client)
    readers.look()
    assert not client.is_gone


async def test_it_looks_by_itself_while_something_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_readers, "_LOOK", 0.001)
    gone = asyncio.Event()

    class Slow(Client):
        def abort(self) -> None:
            gone.set()

    readers = SlowReaders(lambda: LIMIT)
    readers.add(Slow(500))
    await gone.wait()
