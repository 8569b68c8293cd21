"""Refused requests are recorded with the reason, which is found out when somebody looks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.access.drafts import drafted
from mcptui.gateway.record import recorder
from mcptui.model import Server
from mcptui.model.runtime import CallRecord
from mcptui.services.access import grant_missing
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Json, Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        key("k", servers=("a",), tools={"a": ("echo", "!prompts", "!resources")}),
    )


async def last(gateway: RunningGateway) -> CallRecord:
    """The newest record, as it reaches the history."""
    await gateway.core.recorder.flush()
    return gateway.records[-1]


@pytest.mark.parametrize(
    ("method", "params", "reason", "offer"),
    [
        ("tools/call", {"name": "b__other"}, "key k does not allow b", "grant b/other to key k"),
        ("tools/call", {"name": "a__delete"}, "key k does not allow delete of a", "grant a/delete to key k"),
        ("tools/call", {"name": "other"}, "key k does not allow b", "grant b/other to key k"),
        ("prompts/get", {"name": "a__greet"}, "key k denies prompts of a", "grant prompt greet of a to key k"),
        ("resources/read", {"uri": "b://one"}, "key k does not allow b", "grant resource b://one of b to key k"),
        (
            "resources/read",
            {"uri": "a://7/data"},
            "key k denies resources of a",
            "grant resource a://7/data of a to key k",
        ),
        (
            "completion/complete",
            {"ref": {"type": "ref/prompt", "name": "b__greet"}, "argument": {"name": "n", "value": ""}},
            "key k does not allow b",
            "grant prompt greet of b to key k",
        ),
    ],
)
async def test_the_reason_and_what_is_missing(
    gateway: RunningGateway, wire: Connect, method: str, params: Json, reason: str, offer: str
) -> None:
    session = await wire(gateway, "k").shake_hands()
    for answered in (
        await wire(gateway, "k").ask(method, params),
        await session.send({"id": 1, "method": method, "params": params}),
    ):
        assert "error" in answered.json()
        assert reason not in answered.text, "it is for the owner"
        record = await last(gateway)
        assert record.outcome == "denied"
        assert record.denied is not None
        assert record.denied["reason"] == reason
        lacked = grant_missing(gateway.core.snapshot.state, record)
        assert lacked is not None
        assert lacked.words == offer
    assert lacked is not None
    assert lacked.draft is not None
    gateway.put(drafted(gateway.core.snapshot.state, lacked.draft))
    again = await wire(gateway, "k").ask(method, params)
    assert "result" in again.json(), "what was offered is what was missing"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/call", {"name": "nothing"}),
        ("prompts/get", {"name": "nothing"}),
        ("tasks/get", {"taskId": "nothing"}),
    ],
)
async def test_what_does_not_exist_has_no_reason(
    gateway: RunningGateway, wire: Connect, method: str, params: Json
) -> None:
    await wire(gateway, "k").ask(method, params)
    record = await last(gateway)
    assert (record.outcome, record.denied) == ("denied", None)


async def test_servers_in_urls(gateway: RunningGateway, wire: Connect) -> None:
    assert (await wire(gateway, "k", "/mcp/b").ask("tools/list")).status_code == 404
    record = await last(gateway)
    assert (record.method, record.scope, record.outcome, record.key) == ("POST /mcp/b", "b", "denied", "k")
    assert record.denied is not None
    assert (record.denied["feature"], record.denied["server"]) == ("server", "b")
    lacked = grant_missing(gateway.core.snapshot.state, record)
    assert lacked is not None
    assert lacked.words == "grant server b to key k"
    await wire(gateway, "k", "/mcp/none").ask("tools/list")
    assert (await last(gateway)).denied is None


async def test_access_lost_on_the_way(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    async def hang(incoming: Any) -> Json:
        return {"never": await asyncio.Event().wait()}

    a.tools["echo"] = hang
    async with asyncio.timeout(20):
        call = asyncio.create_task(wire(gateway, "k").ask("tools/call", {"name": "a__echo"}))
        await a.until(lambda: bool(a.messages("tools/call")))
        now = gateway.core.snapshot.state
        gateway.put(replace(now, keys={"k": replace(now.keys["k"], servers=())}))
        await call
    record = await last(gateway)
    assert (record.outcome, record.server) == ("denied", "a")
    assert record.denied is not None
    assert (record.denied["name"], record.denied["reason"]) == ("echo", "key k does not allow a")


async def test_who_watches_sees_it_too(gateway: RunningGateway, wire: Connect) -> None:
    async with asyncio.timeout(20):
        records = gateway.core.recorder.watch()
        first = asyncio.create_task(anext(records))
        await asyncio.sleep(0)
        await wire(gateway, "k").ask("tools/call", {"name": "b__other"})
        watched = await first
        await records.aclose()
    assert watched.denied is not None
    assert watched.denied["reason"] == "key k does not allow b"
    assert gateway.core.recorder.recent()[-1].denied == watched.denied, "also before it is in the history"


async def test_a_flood_costs_no_more(gateway: RunningGateway, wire: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_EXPLAINED", 2)
    for _ in range(4):
        await wire(gateway, "k").ask("tools/call", {"name": "b__other"})
    await gateway.core.recorder.flush()
    assert [record.denied is None for record in gateway.records] == [False, False, True, True]
    await wire(gateway, "k").ask("tools/call", {"name": "b__other"})
    assert (await last(gateway)).denied is not None
