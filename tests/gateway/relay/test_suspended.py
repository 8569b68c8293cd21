"""Suspended calls: found once, for so long, and not too many of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.principal import OPERATOR, KeyPrincipal, Principal
from mcptui.gateway.relay import suspended
from mcptui.gateway.relay.era_bridge.suspended_call import SuspendedCall
from mcptui.gateway.relay.era_bridge.suspended_questions import SuspendedQuestions
from mcptui.gateway.relay.suspended import SuspendedCalls
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Key, State
from mcptui.protocol.errors import RpcError
from mcptui.state.loaded import Loaded
from mcptui.upstream.call import Ask, Notify
from tests.support.exchanges import exchange
from tests.support.playbook import ReadableSeals

STATE = State(keys={name: Key(name=name, hash="") for name in ("k", "other")})


@pytest.fixture
def lifetimes() -> Lifetimes:
    return Lifetimes(Snapshot(Loaded(STATE, "r")))


@pytest.fixture
def calls(lifetimes: Lifetimes) -> SuspendedCalls:
    return SuspendedCalls(lifetimes)


class Server:
    """Asks, and notes which of its calls have ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self._end = asyncio.Event()

    async def suspended(self, id_: str, principal: Principal = KeyPrincipal("k")) -> SuspendedCall:
        """A call that waits for its client."""

        async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
            assert ask is not None
            try:
                return await ask("roots/list", {})
            finally:
                self.ended.append(id_)
                self._end.set()

        rules = SuspendedQuestions(id_, {"roots": {}}, ReadableSeals())
        call = SuspendedCall(id_, rules, exchange(STATE, principal=principal, era="stateless"), send)
        await call.result({}, None)
        return call

    async def until_ended(self, *ids: str) -> None:
        async with asyncio.timeout(5):
            while self.ended != list(ids):
                self._end.clear()
                await self._end.wait()


@pytest.fixture
def server() -> Server:
    return Server()


async def test_a_call_is_taken_up_once(calls: SuspendedCalls, server: Server, lifetimes: Lifetimes) -> None:
    call = await server.suspended("c1")
    calls.keep(call)
    assert (len(calls), len(lifetimes)) == (1, 1)
    assert calls.take("c1") is call
    with pytest.raises(RpcError, match="requestState"):
        calls.take("c1")
    assert (len(calls), len(lifetimes)) == (0, 0)
    assert await call.result({"inputResponses": {"1": {"roots": []}}}, None) == {"roots": []}


async def test_nobody_waits_for_ever(calls: SuspendedCalls, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspended, "LIFETIME", 0.0)
    calls.keep(await server.suspended("c1"))
    await server.until_ended("c1")
    with pytest.raises(RpcError):
        calls.take("c1")


async def test_one_principal_makes_room_for_itself(
    calls: SuspendedCalls, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspended, "MAX_SUSPENDED_OF_ONE", 2)
    for principal, ids in ((KeyPrincipal("other"), ("o1", "o2")), (KeyPrincipal("k"), ("c1", "c2", "c3"))):
        for id_ in ids:
            calls.keep(await server.suspended(id_, principal))
    await server.until_ended("c1")
    assert len(calls) == 4


async def test_all_together_make_room_for_a_new_one(
    calls: SuspendedCalls, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspended, "MAX_SUSPENDED", 2)
    for id_, principal in (("o1", KeyPrincipal("other")), ("c1", KeyPrincipal("k")), ("c2", KeyPrincipal("k"))):
        calls.keep(await server.suspended(id_, principal))
    await server.until_ended("o1")
    assert len(calls) == 2


async def test_a_key_that_is_removed_loses_its_calls(
    calls: SuspendedCalls, server: Server, lifetimes: Lifetimes
) -> None:
    calls.keep(await server.suspended("c1"))
    calls.keep(await server.suspended("o1", KeyPrincipal("other")))
    calls.keep(await server.suspended("op", OPERATOR))
    lifetimes.use(Snapshot(Loaded(State(keys={"other": STATE.keys["other"]}), "s")))
    await server.until_ended("c1")
    assert len(calls) == 2


async def test_closing_cancels_all(calls: SuspendedCalls, server: Server) -> None:
    for id_ in ("c1", "c2"):
        calls.keep(await server.suspended(id_))
    await calls.close()
    assert sorted(server.ended) == ["c1", "c2"]
    assert len(calls) == 0
