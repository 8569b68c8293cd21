"""Calls through the control API: what is told meanwhile, and questions that wait for an answer."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any

import pytest

from mcptui.gateway.control import calls as module
from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Server
from mcptui.model.runtime import CallEvent
from mcptui.protocol.errors import RpcError
from mcptui.state.loaded import Loaded
from tests.support.gateway import key, state


class Relay:
    """What a call does; the last exchange is kept."""

    def __init__(self) -> None:
        self.result: Any = {"content": []}
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.questions: list[str] = []
        self.answers: list[Any] = []
        self.exchange: Exchange | None = None
        self.was_cancelled = False

    async def execute(self, _: Any, exchange: Exchange) -> dict[str, Any]:
        self.exchange = exchange
        assert exchange.notify is not None
        assert exchange.ask is not None
        for note in self.notes:
            await exchange.notify(*note)
        for question in self.questions:
            try:
                self.answers.append(await exchange.ask(question, {"q": question}))
            except RpcError as error:
                self.answers.append(error.message)
            except asyncio.CancelledError:
                self.was_cancelled = True
                raise
        if isinstance(self.result, RpcError):
            raise self.result
        found: dict[str, Any] = self.result
        return found


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Relay:
    relay = Relay()
    monkeypatch.setattr(module, "execute", relay.execute)
    return relay


@pytest.fixture
def calls() -> ControlCalls:
    described = state(Server(name="a", url="http://a"), key("k", servers=("a",)), key("off", enabled=False))
    view = SimpleNamespace(bare={}, items={"tools/list": ()})
    core: Any = SimpleNamespace(
        snapshot=Snapshot(Loaded(described, "r")), relay=SimpleNamespace(view=lambda exchange: view)
    )
    return ControlCalls(core)


async def events(calls: ControlCalls, name: str | None = None, /, **params: Any) -> list[tuple[str, Any]]:
    return [(event.type, event.value) async for event in calls.call(name, "tools/call", params)]


async def test_what_happens_meanwhile_comes_before_the_result(calls: ControlCalls, relay: Relay) -> None:
    relay.notes = [
        ("notifications/progress", {"progress": 1}),
        ("notifications/message", {"data": "x"}),
        ("notifications/other", {}),
    ]
    assert await events(calls) == [("progress", {"progress": 1}), ("log", {"data": "x"}), ("result", {"content": []})]


async def test_an_error_is_the_end_too(calls: ControlCalls, relay: Relay) -> None:
    relay.result = RpcError(-32602, "no such tool", {"hint": "x"})
    assert await events(calls) == [("error", {"code": -32602, "message": "no such tool", "data": {"hint": "x"}})]


@pytest.mark.parametrize(
    ("meta", "kept"), [(None, {}), ({"a": 1}, {"a": 1}), ("odd", {}), ({"progressToken": "x"}, {})]
)
async def test_progress_is_wanted_of_every_call(calls: ControlCalls, relay: Relay, meta: Any, kept: Any) -> None:
    await events(calls, None, name="t", **({} if meta is None else {"_meta": meta}))
    assert relay.exchange is not None
    assert relay.exchange.params == {"name": "t", "_meta": {**kept, "progressToken": "control"}}


@pytest.mark.parametrize(
    ("name", "principal", "session"), [(None, OPERATOR, "control/"), ("k", KeyPrincipal("k"), "control/k")]
)
async def test_a_call_is_that_of_the_key_and_the_person_can_be_asked_everything(
    calls: ControlCalls, relay: Relay, name: str | None, principal: Any, session: str
) -> None:
    await events(calls, name)
    asked = relay.exchange
    assert asked is not None
    assert (asked.principal, asked.session, asked.log_level) == (principal, session, "debug")
    assert set(asked.capabilities) == {"sampling", "elicitation", "roots"}


async def test_with_a_key_that_does_not_work_nothing_is_called(calls: ControlCalls, relay: Relay) -> None:
    ((kind, value),) = await events(calls, "off")
    assert (kind, value["message"]) == ("error", "Key off is disabled or has expired.")
    assert relay.exchange is None


@pytest.mark.parametrize(
    ("result", "error", "told"),
    [
        ({"action": "accept"}, None, {"action": "accept"}),
        ("odd", None, {}),
        (None, None, {}),
        (None, {"code": -1, "message": "not now"}, "not now"),
    ],
)
async def test_a_question_waits_for_its_answer(
    calls: ControlCalls, relay: Relay, result: Any, error: Any, told: Any
) -> None:
    relay.questions = ["elicitation/create"]
    kinds = []
    async with aclosing(calls.call(None, "tools/call", {})) as following:
        async for event in following:
            kinds.append(event.type)
            if event.type == "ask":
                assert event.value["params"] == {"q": "elicitation/create"}
                assert not calls.answer("ask-other", result, error)
                assert calls.answer(event.value["id"], result, error)
                assert not calls.answer(event.value["id"], result, error), "once"
    assert kinds == ["ask", "result"]
    assert relay.answers == [told]


async def test_every_question_has_an_id_of_its_own(calls: ControlCalls, relay: Relay) -> None:
    relay.questions = ["one", "two"]
    seen: list[CallEvent] = []
    async for event in calls.call(None, "tools/call", {}):
        seen.append(event)
        if event.type == "ask":
            calls.answer(event.value["id"], {}, None)
    ids = [event.value["id"] for event in seen if event.type == "ask"]
    assert len(set(ids)) == 2


async def test_who_stops_listening_ends_the_call_and_its_question(calls: ControlCalls, relay: Relay) -> None:
    relay.questions = ["one"]
    async with aclosing(calls.call(None, "tools/call", {})) as following:
        event = await anext(following)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert relay.was_cancelled
    assert not calls.answer(event.value["id"], {}, None)


def test_the_servers_are_those_of_the_state_in_effect(calls: ControlCalls) -> None:
    assert list(calls.servers) == ["a"]
