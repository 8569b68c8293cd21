from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.server import current_lists
from mcptui.upstream.server.audience import ANYBODY, Audience, profile_of
from mcptui.upstream.server.freshness import LEAST_PAUSE, UNTOLD
from mcptui.upstream.server.lists import Lists, Offer
from mcptui.upstream.server.server import UpstreamServer
from mcptui.upstream.server.session_lists import TOOLS_CHANGED
from mcptui.upstream.streamable import StreamableSession
from tests.support.running_server import Starter, Watcher, ok, stdio
from tests.support.upstream import Incoming, Item, ScriptedUpstream


async def test_lists_are_read_at_the_start(start: Starter, upstream: ScriptedUpstream) -> None:
    upstream.prompts = [{"name": "p"}]
    running = await start()
    assert [tool["name"] for tool in running.lists.tools] == ["t"]
    status = running.status()
    assert (status.state, status.tools, status.prompts) == ("ready", 1, 1)
    assert (status.transport, status.protocol_version) == ("http", "2025-11-25")


async def test_list_changes_are_followed(start: Starter, upstream: ScriptedUpstream, watcher: Watcher) -> None:
    running = await start()
    await upstream.listened()
    upstream.tools["new"] = ok
    upstream.announce(TOOLS_CHANGED)
    await watcher.until(lambda: len(running.lists.tools) == 2)


@pytest.mark.parametrize("method", ["tools/list", "prompts/list"])
async def test_a_change_that_is_announced_while_the_lists_are_read_is_told_when_they_were_read_again(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher, method: str
) -> None:
    upstream.prompts = [{"name": "p"}]
    running = await start()
    await upstream.listened()
    answered, go = asyncio.Event(), asyncio.Event()

    async def before_the_change(incoming: Incoming) -> Item:
        answer = await upstream._normally(incoming)
        del upstream.handlers[method]
        answered.set()
        await go.wait()
        return answer

    upstream.handlers[method] = before_the_change
    running.refresh()
    await answered.wait()
    upstream.tools["new"] = ok
    upstream.announce(TOOLS_CHANGED)
    upstream.announce("notifications/message")
    await watcher.until(lambda: "notifications/message" in watcher.shown)
    go.set()
    await watcher.until(lambda: TOOLS_CHANGED in watcher.shown)
    assert [tool["name"] for tool in watcher.shown[TOOLS_CHANGED].tools] == ["t", "new"]


async def test_an_announcement_is_told_after_the_first_reading_that_succeeds(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    async def fail(_: Incoming) -> Item:
        raise RpcError(INTERNAL_ERROR, "not now")

    running = await start()
    await upstream.listened()
    upstream.handlers["tools/list"] = fail
    upstream.tools["new"] = ok
    upstream.announce(TOOLS_CHANGED)
    await watcher.until(lambda: running.status().state != "ready")
    assert TOOLS_CHANGED not in watcher.shown
    del upstream.handlers["tools/list"]
    running.refresh()
    await watcher.until(lambda: TOOLS_CHANGED in watcher.shown)
    assert len(watcher.shown[TOOLS_CHANGED].tools) == 2


async def test_what_nobody_foresaw_does_not_end_the_keeper(
    start: Starter, watcher: Watcher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(current_lists, "ListReader", broken)
        running = await start()
        assert running.status().state == "unreachable"
    running.refresh()
    await watcher.until(lambda: running.status().state == "ready")
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 10])
async def test_closing_right_after_the_start(
    tools: ConnectionDeps, upstream: ScriptedUpstream, watcher: Watcher, steps: int
) -> None:
    fresh = UpstreamServer(Server(name="s", url=upstream.url), tools, watcher)
    fresh.start()
    for _ in range(steps):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await fresh.close()


async def test_a_disabled_server_is_left_alone(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start(enabled=False)
    assert running.was_read
    assert running.status().state == "disabled"
    assert upstream.seen == []


async def test_a_list_that_never_comes_does_not_keep_the_tools_back(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, released = asyncio.Event(), asyncio.Event()

    async def hang(_: Incoming) -> Item:
        asked.set()
        await released.wait()
        return {"prompts": [{"name": "p"}]}

    upstream.prompts = [{"name": "p"}]
    upstream.handlers["prompts/list"] = hang
    starting = asyncio.ensure_future(start())
    await asked.wait()
    await watcher.until(lambda: ("lists", {}) in watcher.events)
    released.set()
    running = await starting
    assert len(running.lists.tools) == len(running.lists.prompts) == 1


async def test_what_is_wrong_with_the_lists_is_said(
    start: Starter, upstream: ScriptedUpstream, caplog: pytest.LogCaptureFixture
) -> None:
    async def odd(_: Incoming) -> Item:
        return {"tools": [{"name": "t"}, None]}

    upstream.handlers["tools/list"] = odd
    status = (await start()).status()
    assert (status.state, status.tools, status.left_out) == ("ready", 1, 1)
    assert list(status.remarks) == [
        "tool 't': inputSchema is missing; taken for one that allows any arguments",
        "an entry is not an object; no tool can be made of it",
    ]
    assert all(remark in caplog.text for remark in status.remarks)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(current_lists, "time", clock)
    return clock


async def seen(running: UpstreamServer) -> list[str]:
    """The tools that a client gets that asks for the list now."""
    await running.current(ANYBODY)
    return [tool["name"] for tool in running.offer(ANYBODY).lists.tools]


UNTOLD_OFFER: Item = {"tools": {}}


@pytest.mark.parametrize(
    ("offers", "hint", "age", "is_read"),
    [
        ({"tools": {}}, {}, UNTOLD - 1, False),
        ({"tools": {}}, {}, UNTOLD + 1, True),
        ({"tools": {"listChanged": True}}, {}, UNTOLD + 1, False),
        ({"tools": {"listChanged": True}}, {"ttlMs": 2_000}, 1, False),
        ({"tools": {"listChanged": True}}, {"ttlMs": 2_000}, 3, True),
        ({"tools": {}}, {"ttlMs": 60_000}, 59, False),
        ({"tools": {}}, {"ttlMs": 0}, 0.5, False),
        ({"tools": {}}, {"ttlMs": 0}, 1.1, True),
    ],
)
async def test_a_list_is_read_again_when_it_is_older_than_the_server_wants(
    start: Starter, upstream: ScriptedUpstream, clock: Clock, offers: Item, hint: Item, age: float, is_read: bool
) -> None:
    async def listed(_: Incoming) -> Item:
        return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in upstream.tools], **hint}

    upstream.capabilities, upstream.handlers["tools/list"] = offers, listed
    running = await start()
    await upstream.listened()
    upstream.tools["new"] = ok
    clock.now += age
    assert await seen(running) == (["t", "new"] if is_read else ["t"])


async def test_a_server_that_announces_but_cannot_is_read_again(
    start: Starter, upstream: ScriptedUpstream, clock: Clock
) -> None:
    async def no_stream(request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=405) if request.method == "GET" else None

    upstream.raw = no_stream
    running = await start()
    await upstream.until(lambda: any(each.http_method == "GET" for each in upstream.seen))
    lease = running._connections.reading_lists()
    assert lease is not None
    session = lease.connection
    assert isinstance(session, StreamableSession)
    assert session._listener is not None
    await asyncio.wait([session._listener])
    upstream.tools["new"] = ok
    clock.now += UNTOLD + 1
    assert await seen(running) == ["t", "new"]


async def test_a_list_that_takes_long_is_not_waited_for(
    start: Starter, upstream: ScriptedUpstream, clock: Clock, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current_lists, "READ_AGAIN", 0.01)
    upstream.capabilities = UNTOLD_OFFER
    running = await start()
    go = asyncio.Event()

    async def slow(_: Incoming) -> Item:
        await go.wait()
        return {"tools": []}

    upstream.handlers["tools/list"] = slow
    clock.now += UNTOLD + 1
    assert await seen(running) == ["t"]
    go.set()
    await watcher.until(lambda: running.lists.tools == ())


async def test_many_who_want_a_list_have_it_read_once(start: Starter, upstream: ScriptedUpstream, clock: Clock) -> None:
    upstream.capabilities = UNTOLD_OFFER
    running = await start()
    clock.now += UNTOLD + 1
    asked = len(upstream.messages("tools/list"))
    assert await asyncio.gather(*(seen(running) for _ in range(20))) == [["t"]] * 20
    assert len(upstream.messages("tools/list")) == asked + 1


async def test_an_unknown_name_has_the_lists_read_once_and_not_again_at_once(
    start: Starter, upstream: ScriptedUpstream, clock: Clock
) -> None:
    running = await start()
    upstream.tools["new"] = ok
    worth_it = [running.may_have_more]
    await running.look_for(ANYBODY)
    assert len(running.lists.tools) == 2
    worth_it.append(running.may_have_more)
    clock.now += LEAST_PAUSE + 0.1
    worth_it.append(running.may_have_more)
    assert worth_it == [True, False, True]


async def test_no_process_is_started_for_fresh_lists(start: Starter, clock: Clock) -> None:
    running = await start(**stdio("tools"))
    await running._connections.close()
    clock.now += 10 * UNTOLD
    assert running.is_current(ANYBODY)
    assert running.due_at == math.inf
    assert not running.may_have_more
    assert len(running._connections) == 0
    assert running.is_current(Audience(profile_of({"roots": {}})), starting=False)
    assert not running.is_current(Audience(profile_of({"roots": {}})))


async def test_a_server_that_is_down_is_not_waited_for(
    start: Starter, upstream: ScriptedUpstream, clock: Clock
) -> None:
    upstream.capabilities = UNTOLD_OFFER
    running = await start()
    assert running.due_at == clock.now + UNTOLD
    running._vitals.breaker.failed(0)
    clock.now += UNTOLD + 1
    assert running.is_current(ANYBODY)
    assert running.due_at == math.inf
    assert not running.may_have_more


async def test_a_server_that_was_never_read_is_waited_for_a_moment(
    start: Starter, upstream: ScriptedUpstream, tools: ConnectionDeps, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current_lists, "FIRST_READ", 0.01)

    async def never(_: Incoming) -> Item:
        await asyncio.Event().wait()
        return {}

    upstream.handlers["tools/list"] = never
    fresh = UpstreamServer(Server(name="s", url=upstream.url), tools, watcher)
    fresh.start()
    assert not fresh.is_current(ANYBODY)
    await fresh.current(ANYBODY)
    assert not fresh.has_lists
    await fresh.close()


async def test_a_first_reading_that_takes_longer_is_waited_for_no_more(
    upstream: ScriptedUpstream, tools: ConnectionDeps, watcher: Watcher, clock: Clock
) -> None:
    go = asyncio.Event()

    async def listed(incoming: Incoming) -> Item:
        await go.wait()
        return await upstream._normally(incoming)

    upstream.handlers["tools/list"] = listed
    fresh = UpstreamServer(Server(name="s", url=upstream.url), tools, watcher)
    fresh.start()
    assert not fresh.is_current(ANYBODY)
    clock.now += current_lists.NEW_START
    assert fresh.is_current(ANYBODY)
    go.set()
    await fresh.asked(10)
    assert fresh.has_lists
    await fresh.close()


@pytest.mark.parametrize("waits", [UpstreamServer.current, UpstreamServer.look_for])
@pytest.mark.parametrize("answered", [0, 1], ids=["nothing is answered", "what everybody sees is answered"])
async def test_all_that_is_waited_for_takes_a_moment_together(
    start: Starter,
    upstream: ScriptedUpstream,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    waits: Callable[[UpstreamServer, Audience], Awaitable[None]],
    answered: int,
) -> None:
    upstream.capabilities, left, go = UNTOLD_OFFER, 100, asyncio.Event()

    async def listed(incoming: Incoming) -> Item:
        nonlocal left
        left -= 1
        if left < 0:
            await go.wait()
        return await upstream._normally(incoming)

    upstream.handlers["tools/list"] = listed
    running = await start(timeout=3600.0)
    audience = Audience(profile_of({"roots": {}}))
    running.profiles.restore([(audience.profile, Offer(running.peer, Lists()))])  # it sees something of its own
    monkeypatch.setattr(current_lists, "FIRST_READ", 0.2)
    monkeypatch.setattr(current_lists, "READ_AGAIN", 3600.0)
    left = answered
    clock.now += UNTOLD + 1
    async with asyncio.timeout(10):
        await waits(running, audience)
    assert left < 0
    go.set()
