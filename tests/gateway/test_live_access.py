"""A change of access reaches everything that is open: sessions, their streams, listeners, calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcptui.gateway.control.calls import ControlCalls
from mcptui.model import GatewaySettings, Server, State, Team
from mcptui.protocol.errors import RpcError
from mcptui.protocol.keys import key_digest
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import EventReader, Json, Wire, WireSession

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

LISTEN = {"notifications": {"toolsListChanged": True, "promptsListChanged": True, "resourcesListChanged": True}}
CHANGED = {f"notifications/{kind}/list_changed" for kind in ("tools", "prompts", "resources")}


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url), Server(name="b", url=b.url), key("me", servers=("*",)), key("you", servers=("*",))
    )


@dataclass
class Open:
    """What one client holds open: a session with its stream, a listener, and a stream of 2024-11-05."""

    session: WireSession
    stream: EventReader
    listener: EventReader
    legacy: EventReader

    async def hear(self) -> tuple[set[str], set[str]]:
        """The methods of what session and listener hear next, one message for each list."""
        return {(await self.stream.message())["method"] for _ in CHANGED}, {
            (await self.listener.message())["method"] for _ in CHANGED
        }

    async def ends(self) -> None:
        """Wait until all of it has ended; nothing else may come."""
        assert await self.stream.rest() == []
        assert [message["result"]["resultType"] for message in await self.listener.rest()] == ["complete"]
        assert await self.legacy.rest() == []


@asynccontextmanager
async def opened(wire: Wire) -> AsyncIterator[Open]:
    """All kinds of streams, opened with the credential of ``wire``."""
    async with AsyncExitStack() as stack:
        session = await wire.shake_hands()
        stream = await stack.enter_async_context(session.listen())
        await stream.event()
        listener = await stack.enter_async_context(wire.open("subscriptions/listen", LISTEN))
        assert (await listener.message())["method"] == "notifications/subscriptions/acknowledged"
        sse = wire.http.stream("GET", str(wire.url).replace("/mcp", "/sse"), headers=wire.headers)
        legacy = EventReader(await stack.enter_async_context(sse))
        assert (await legacy.event()).event == "endpoint"
        yield Open(session, stream, listener, legacy)


def changed(state: State, name: str, **changes: Any) -> State:
    """``state`` with another key ``name``."""
    return replace(state, keys={**state.keys, name: replace(state.keys[name], **changes)})


def now(gateway: RunningGateway) -> State:
    return gateway.core.snapshot.state


def without(state: State, name: str) -> State:
    return replace(state, keys={other: item for other, item in state.keys.items() if other != name})


SOON = timedelta(seconds=0.2)


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        (lambda state: without(state, "me"), (401, "key_unknown")),
        (lambda state: changed(state, "me", enabled=False), (401, "key_disabled")),
        (lambda state: changed(state, "me", expires=datetime.now(UTC) + SOON), (401, "key_expired")),
        (lambda state: changed(state, "me", hash=key_digest("sk-new")), (401, "key_unknown")),
        (lambda state: changed(state, "me", networks=("192.0.2.0/24",)), (403, "key_network")),
    ],
    ids=["removed", "disabled", "expired", "rotated", "elsewhere"],
)
async def test_a_key_that_ends_takes_everything_open_with_it(
    gateway: RunningGateway, wire: Connect, end: Callable[[State], State], refusal: tuple[int, str]
) -> None:
    async with asyncio.timeout(20), opened(wire(gateway, "me")) as mine, opened(wire(gateway, "you")) as yours:
        gateway.put(end(now(gateway)))
        await mine.ends()
        answers = [await mine.session.send({"id": 9, "method": "ping"}), await wire(gateway, "me").ask("tools/list")]
        assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [refusal, refusal]
        # The other key hears nothing of it, and then of what is meant for it.
        gateway.put(changed(now(gateway), "you", servers=("a",)))
        assert await yours.hear() == (CHANGED, CHANGED)


async def test_what_the_earlier_value_of_a_rotated_key_opened_ends_with_the_overlap(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    async def hang(incoming: Any) -> Json:
        return {"never": await asyncio.Event().wait()}

    a.tools["echo"] = hang
    me = now(gateway).keys["me"]
    far = datetime.now(UTC) + timedelta(hours=1)
    rotated = {"hash": key_digest("sk-new"), "previous_hash": me.hash, "previous_expires": far}
    async with asyncio.timeout(20), opened(wire(gateway, "me")) as old:
        call = asyncio.create_task(wire(gateway, "me").ask("tools/call", {"name": "a__echo"}))
        await a.until(lambda: bool(a.messages("tools/call")))
        gateway.put(changed(now(gateway), "me", **rotated))
        new = wire(gateway, "me")
        new.headers["authorization"] = "Bearer sk-new"
        async with opened(new) as fresh, AsyncExitStack() as stack:
            # Also a session goes on whose client has changed to the new value since.
            moved = await wire(gateway, "me").shake_hands()
            stream = await stack.enter_async_context(moved.listen())
            await stream.event()
            moved.wire.headers["authorization"] = "Bearer sk-new"
            assert (await moved.send({"id": 1, "method": "ping"})).status_code == 200
            gateway.put(changed(now(gateway), "me", servers=("a",)))
            assert await old.hear() == await fresh.hear() == (CHANGED, CHANGED)
            assert (await wire(gateway, "me").ask("tools/list")).status_code == 200
            gateway.put(changed(now(gateway), "me", previous_expires=datetime.now(UTC) + SOON))
            await old.ends()
            assert {message["method"] for message in await stream.rest()} == CHANGED, "its stream has the old value"
            assert "access to this ended" in (await call).json()["error"]["message"]
            assert (await wire(gateway, "me").ask("tools/list")).json()["error"] == "key_expired"
            assert (await moved.send({"id": 2, "method": "ping"})).status_code == 200
            gateway.put(changed(now(gateway), "me", servers=("*",)))
            assert await fresh.hear() == (CHANGED, CHANGED)


async def test_narrowing_widening_and_renaming_tell_those_whose_lists_change(
    gateway: RunningGateway, wire: Connect
) -> None:
    async with asyncio.timeout(20), opened(wire(gateway, "me")) as mine, opened(wire(gateway, "you")) as yours:
        gateway.put(changed(now(gateway), "me", servers=("a",)))
        assert await mine.hear() == (CHANGED, CHANGED)
        assert await wire(gateway, "me").names() == ["a__echo", "a__delete"]
        gateway.put(changed(now(gateway), "me", servers=("a", "b")))
        assert await mine.hear() == (CHANGED, CHANGED)
        # Only the tools: prompts and resources stay as they are.
        gateway.put(changed(now(gateway), "me", tools={"a": ("echo",)}))
        tools = "notifications/tools/list_changed"
        assert [(await each.message())["method"] for each in (mine.stream, mine.listener)] == [tools, tools]
        # Until here nothing was said to the other key: the first thing that it hears is this.
        servers = {"c": replace(now(gateway).servers["a"], name="c"), "b": now(gateway).servers["b"]}
        gateway.put(changed(replace(now(gateway), servers=servers), "me", servers=("b",)))
        assert await yours.hear() == (CHANGED, CHANGED)
        await gateway.read()
        assert await wire(gateway, "you").names() == ["c__echo", "c__delete", "b__echo", "b__other"]
        assert await wire(gateway, "me").names() == ["b__echo", "b__other"]


async def test_a_renamed_key_starts_anew_under_its_new_name(gateway: RunningGateway, wire: Connect) -> None:
    async with asyncio.timeout(20), opened(wire(gateway, "me")) as mine:
        renamed = replace(now(gateway).keys["me"], name="myself")
        gateway.put(replace(now(gateway), keys={"myself": renamed}))
        await mine.ends()
        assert (await mine.session.send({"id": 9, "method": "ping"})).status_code == 404, (
            "the client shakes hands again"
        )
        async with opened(wire(gateway, "me")) as again:
            gateway.put(replace(now(gateway), keys={"myself": replace(renamed, servers=())}))
            assert await again.hear() == (CHANGED, CHANGED)


async def test_a_change_of_what_is_hidden_is_not_announced(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    gateway.put(changed(now(gateway), "me", tools={"a": ("echo", "!prompts")}))
    async with asyncio.timeout(20), opened(wire(gateway, "me")) as mine, opened(wire(gateway, "you")) as yours:
        a.tools["hidden"] = a.tools["delete"]
        a.announce("notifications/tools/list_changed")
        a.announce("notifications/prompts/list_changed")
        heard = {(await yours.stream.message())["method"] for _ in range(2)}
        assert heard == {"notifications/tools/list_changed", "notifications/prompts/list_changed"}
        gateway.put(changed(now(gateway), "me", tools={"a": ("delete", "!prompts")}))
        assert (await mine.stream.message())["method"] == "notifications/tools/list_changed"
        gateway.put(changed(now(gateway), "me", servers=()))
        assert {(await mine.stream.message())["method"] for _ in CHANGED} == CHANGED


async def test_a_key_that_ends_while_its_stream_is_being_opened(gateway: RunningGateway, wire: Connect) -> None:
    relay = gateway.core.relay
    ready_view = relay.ready_view

    async def slow(exchange: Any, *, starting: bool = True) -> Any:
        view = await ready_view(exchange, starting=starting)
        if exchange.method == "subscriptions/listen":
            gateway.put(changed(now(gateway), "me", enabled=False))
        return view

    relay.ready_view = slow  # type: ignore[method-assign]
    async with asyncio.timeout(20), wire(gateway, "me").open("subscriptions/listen", LISTEN) as listener:
        messages = await listener.rest()
    assert [message.get("method", "the end") for message in messages] == [
        "notifications/subscriptions/acknowledged",
        "the end",
    ]


async def test_access_lost_before_a_request_is_sent(gateway: RunningGateway, b: ScriptedUpstream) -> None:
    for method, params, words in (
        ("tools/call", {"name": "b__echo"}, "Unknown tool: b__echo"),
        ("prompts/get", {"name": "b__greet"}, "Unknown prompt: b__greet"),
        ("resources/read", {"uri": "b://one"}, "Resource not found: b://one"),
    ):
        # The request began with the state that allows it, and has waited.
        gateway.put(changed(now(gateway), "me", servers=("*",)))
        exchange = ControlCalls(gateway.core).exchange("me", method, params)
        gateway.put(changed(now(gateway), "me", servers=("a",)))
        with pytest.raises(RpcError) as caught:
            await gateway.core.relay.request(exchange)
        assert caught.value.message == words
        assert not b.messages(method)


async def test_calls_of_every_kind_end_when_their_part_is_taken_away(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    async def hang(incoming: Any) -> Json:
        return {"never": await asyncio.Event().wait()}

    a.handlers |= {"prompts/get": hang, "resources/read": hang, "completion/complete": hang}
    calls: list[tuple[str, Json]] = [
        ("prompts/get", {"name": "a__greet"}),
        ("resources/read", {"uri": "a://one"}),
        (
            "completion/complete",
            {"ref": {"type": "ref/prompt", "name": "a__greet"}, "argument": {"name": "x", "value": ""}},
        ),
    ]
    async with asyncio.timeout(20):
        running = [asyncio.create_task(wire(gateway, "me").ask(method, params)) for method, params in calls]
        await a.until(lambda: all(a.messages(method) for method, _ in calls))
        gateway.put(changed(now(gateway), "me", tools={"a": ("!prompts", "!resources")}))
        ended = [(await each).json()["error"] for each in running]
        await a.until(lambda: len(a.messages("notifications/cancelled")) == 3)
    assert [error["code"] for error in ended] == [-32602] * 3
    assert all("access to this ended" in error["message"] for error in ended)
    later = [(await wire(gateway, "me").ask(method, params)).json()["error"]["message"] for method, params in calls[:2]]
    assert later == ["Unknown prompt: a__greet", "Resource not found: a://one"]


async def test_connections_of_a_key_that_has_only_listed_end_with_it(gateway: RunningGateway, wire: Connect) -> None:
    shared = gateway.core.registry.connected()
    await wire(gateway, "me").ask("tools/list", x_mcp_auth="Bearer mine")
    assert len(gateway.core.registry.connected()) > len(shared)
    gateway.put(without(now(gateway), "me"))
    assert gateway.core.registry.connected() == shared


async def test_updates_of_resources_that_were_taken_away(
    gateway: RunningGateway, wire: Connect, b: ScriptedUpstream
) -> None:
    wanted = {"notifications": {"resourceSubscriptions": ["b://one"], "toolsListChanged": True}}
    async with asyncio.timeout(20), wire(gateway, "me", "/mcp/b").open("subscriptions/listen", wanted) as reader:
        assert (await reader.message())["params"]["notifications"]["resourceSubscriptions"] == ["b://one"]
        gateway.put(changed(now(gateway), "me", tools={"b": ("!resources",)}))
        await b.until(lambda: bool(b.messages("subscriptions/listen")))
        b.announce("notifications/resources/updated", {"uri": "b://one"})
        b.tools["more"] = b.tools["echo"]
        b.announce("notifications/tools/list_changed")
        assert (await reader.message())["method"] == "notifications/tools/list_changed"


async def test_a_task_of_a_tool_that_was_taken_away(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    async def begin(incoming: Any) -> Json:
        return {"task": {"taskId": "t1", "status": "working"}}

    async def look(incoming: Any) -> Json:
        return {"taskId": incoming.params["taskId"], "status": "working"}

    a.tools["echo"] = begin
    a.handlers["tasks/get"] = look
    assert (await wire(gateway, "me").result("tools/call", {"name": "a__echo", "task": {}}))["task"]["taskId"] == "t1"
    assert (await wire(gateway, "me").result("tasks/get", {"taskId": "t1"}))["status"] == "working"
    gateway.put(changed(now(gateway), "me", tools={"a": ("delete",)}))
    lost, unknown = [await wire(gateway, "me").ask("tasks/get", {"taskId": id_}) for id_ in ("t1", "t2")]
    assert lost.json()["error"] == unknown.json()["error"]
    assert len(a.messages("tasks/get")) == 1


async def test_networks_and_proxies(gateway: RunningGateway, wire: Connect) -> None:
    gateway.put(changed(now(gateway), "me", networks=("127.0.0.0/8",)))
    assert (await wire(gateway, "me").ask("tools/list")).status_code == 200
    gateway.put(changed(now(gateway), "me", networks=("192.0.2.0/24",)))
    refused = await wire(gateway, "me").ask("tools/list", x_forwarded_for="192.0.2.7")
    assert (refused.status_code, refused.json()["error"]) == (403, "key_network")
    assert "127.0.0.1" in refused.json()["message"]
    models = await wire(gateway, "me").http.get(f"{gateway.url}/v1/models", headers=wire(gateway, "me").headers)
    assert (models.status_code, models.json()["error"]["code"]) == (403, "key_network")
    gateway.put(replace(now(gateway), gateway=GatewaySettings(trusted_proxies=("127.0.0.1",))))
    assert (await wire(gateway, "me").ask("tools/list", x_forwarded_for="192.0.2.7")).status_code == 200
    assert (await wire(gateway, "me").ask("tools/list", x_forwarded_for="192.0.2.7, 198.51.100.1")).status_code == 403
    assert (await wire(gateway, "me").ask("tools/list")).status_code == 403


async def test_many_requests_at_once_get_no_more_than_the_minute_has(gateway: RunningGateway, wire: Connect) -> None:
    limited = {name: replace(now(gateway).keys[name], team="t") for name in ("me", "you")}
    gateway.put(replace(now(gateway), keys=limited, teams={"t": Team(name="t", rpm=5)}))
    answers = await asyncio.gather(*(wire(gateway, name).ask("tools/list") for name in ("me", "you") * 6))
    assert [answer.status_code for answer in answers].count(200) == 5
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"] == "key_rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
