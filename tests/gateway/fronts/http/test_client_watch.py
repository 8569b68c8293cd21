from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.fronts.http import client_watch
from mcptui.gateway.fronts.http.client_watch import ClientWatch
from mcptui.gateway.fronts.http.incoming import Incoming


class Client:
    """A client that goes when told so."""

    def __init__(self) -> None:
        self._going = asyncio.Event()
        self.incoming = Incoming("POST", "/mcp", b"", {}, None, self._receive, None)  # type: ignore[arg-type]

    def go(self) -> None:
        self._going.set()

    async def _receive(self) -> Any:
        await self._going.wait()
        return {"type": "http.disconnect"}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(client_watch, "WATCH_AFTER", 0)
    return Client()


async def test_a_client_that_goes_cancels_the_block_and_nothing_after_it(client: Client) -> None:
    reached = False
    with ClientWatch(client.incoming, cancels=True) as watch:
        client.go()
        await asyncio.Event().wait()
        reached = True
    assert watch.left
    assert not reached
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_cancellation_by_somebody_else_goes_on(client: Client) -> None:
    async def work() -> None:
        with ClientWatch(client.incoming, cancels=True):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_on_the_way_out_is_not_lost(client: Client) -> None:
    with pytest.raises(ValueError, match="lost"), ClientWatch(client.incoming, cancels=True):  # noqa: PT012  the block is cancelled
        client.go()
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("lost")


async def test_a_block_that_is_not_cancelled_can_wait_for_its_client(client: Client) -> None:
    with ClientWatch(client.incoming, cancels=False) as watch:
        client.go()
        await watch.gone()
        assert watch.left


async def test_who_waits_is_told_when_the_request_is_over(client: Client) -> None:
    with ClientWatch(client.incoming, cancels=False) as watch:
        waiting = asyncio.create_task(watch.gone())
        await asyncio.sleep(0)
        watch.stop_watching()
        await waiting
        assert not watch.left
    await watch.gone()


async def test_a_request_that_is_over_is_watched_no_more(client: Client) -> None:
    with ClientWatch(client.incoming, cancels=True) as watch:
        pass
    client.go()
    await watch.gone()
    assert not watch.left
