from __future__ import annotations

import asyncio
from typing import Any

from mcptui.upstream.outbox import LIMIT, Outbox


async def test_everything_in_order_before_the_answer() -> None:
    heard: list[Any] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        heard.append(params["n"])

    outbox = Outbox(notify)
    for n in range(3 * LIMIT):
        await outbox.put("x", {"n": n})
        if n % 100 == 0:
            await outbox.flush()
    await outbox.flush()
    assert heard == list(range(3 * LIMIT))


async def test_a_burst_reaches_a_client_that_reads() -> None:
    heard: list[Any] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append(params["n"])

    outbox = Outbox(notify)
    for n in range(3 * LIMIT):
        await outbox.put("x", {"n": n})
    await outbox.flush()
    assert heard == list(range(3 * LIMIT))


async def test_for_one_that_does_not_read_only_so_much_is_kept() -> None:
    go, count = asyncio.Event(), 0

    async def notify(method: str, params: dict[str, Any]) -> None:
        nonlocal count
        await go.wait()
        count += 1

    outbox = Outbox(notify)
    for _ in range(2 * LIMIT):
        await outbox.put("x", {})
    go.set()
    await outbox.flush()
    assert LIMIT <= count <= LIMIT + 1


async def test_closed_it_sends_nothing_more() -> None:
    heard: list[str] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append(method)

    outbox = Outbox(notify)
    outbox.close()
    await outbox.flush()
    await outbox.put("x", {})
    outbox.close()
    await asyncio.sleep(0)
    assert heard == []
