"""How many calls of a key are under way at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import OPERATOR, KeyPrincipal, Principal
from mcptui.gateway.relay.concurrency import take_place
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings, Key, Server, State
from mcptui.protocol.errors import RpcError
from mcptui.state.loaded import Loaded
from mcptui.stores.leases import MemoryLeases
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream, text
from tests.support.wire import Json, Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


def exchange(
    limit: int | None = 1, *, every: int = 200, waits: bool = False, principal: Principal = KeyPrincipal("k")
) -> Exchange:
    keys = {"k": Key(name="k", hash="", max_concurrent=limit)}
    return Exchange(
        principal=principal,
        snapshot=Snapshot(Loaded(State(keys=keys, gateway=GatewaySettings(max_calls_per_key=every)), "r")),
        era="stateless",
        version="2026-07-28",
        method="tools/call",
        params={},
        waits=waits,
    )


async def test_beyond_the_limit_a_call_is_refused() -> None:
    leases = MemoryLeases()
    first = await take_place(leases, exchange(2))
    assert first is not None
    assert await take_place(leases, exchange(2)) is not None
    with pytest.raises(RpcError) as caught:
        await take_place(leases, exchange(2))
    assert caught.value.message == "Key k may have 2 concurrent calls; try again when one is done."
    await first.release()
    assert await take_place(leases, exchange(2)) is not None


async def test_nothing_of_the_operator_is_counted() -> None:
    leases = MemoryLeases()
    assert await take_place(leases, exchange(principal=OPERATOR)) is None
    assert len(leases) == 0


@pytest.mark.parametrize(("own", "every", "may"), [(None, 3, 3), (2, 3, 2), (5, 3, 3)])
async def test_a_key_has_a_limit_by_default(own: int | None, every: int, may: int) -> None:
    leases = MemoryLeases()
    for _ in range(may):
        assert await take_place(leases, exchange(own, every=every)) is not None
    with pytest.raises(RpcError, match=f"may have {may} concurrent calls"):
        await take_place(leases, exchange(own, every=every))


async def test_who_waits_gets_the_next_place() -> None:
    leases = MemoryLeases()
    held = await take_place(leases, exchange())
    assert held is not None
    waiting = asyncio.create_task(take_place(leases, exchange(waits=True)))
    await asyncio.sleep(0)
    assert not waiting.done()
    await held.release()
    assert await waiting is not None


async def test_over_http(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    go = asyncio.Event()

    async def slow(incoming: Any) -> Json:
        await go.wait()
        return text("done")

    a.tools["echo"] = slow
    gateway = await serve(
        Server(name="a", url=a.url), key("k", servers=("*",), max_concurrent=2), key("o", servers=("*",))
    )
    call = {"name": "a__echo"}
    async with asyncio.timeout(20):
        session = await wire(gateway, "k").shake_hands()
        running = [asyncio.create_task(wire(gateway, "k").result("tools/call", call)) for _ in range(2)]
        await a.until(lambda: len(a.messages("tools/call")) == 2)
        refused = await wire(gateway, "k").ask("tools/call", call)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, -31003)
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["error"]["data"] == {"retryable": True}
        answer = await session.send({"id": 1, "method": "tools/call", "params": call})
        assert answer.json()["error"]["code"] == -31003
        assert (await wire(gateway, "k").ask("tools/list")).status_code == 200, "lists are no calls"
        other = asyncio.create_task(wire(gateway, "o").result("tools/call", call))
        await a.until(lambda: len(a.messages("tools/call")) == 3)
        now = gateway.core.snapshot.state
        wider = replace(now, keys={**now.keys, "k": replace(now.keys["k"], max_concurrent=3)})
        gateway.put(wider)
        running.append(asyncio.create_task(wire(gateway, "k").result("tools/call", call)))
        await a.until(lambda: len(a.messages("tools/call")) == 4)
        go.set()
        await asyncio.gather(*running, other)
        await wire(gateway, "k").result("tools/call", call)
