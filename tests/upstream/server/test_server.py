from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.model.auth import BearerToken
from mcptui.protocol.errors import RpcError
from mcptui.secrets.memory import MemoryStore
from mcptui.upstream.call import Call
from mcptui.upstream.connect import ConnectionDeps, Identity
from mcptui.upstream.errors import BusyError, UpstreamError
from mcptui.upstream.pool import Owner, PoolFullError
from mcptui.upstream.server import concurrency, listening, server
from mcptui.upstream.server.breaker import THRESHOLD
from mcptui.upstream.server.server import UpstreamServer
from tests.support.processes import all_gone
from tests.support.upstream import Incoming, ScriptedUpstream, text

ALICE, BOB = Owner("key:alice"), Owner("key:bob")


class Watcher:
    """Hears the events of a server."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._heard = asyncio.Event()

    def __call__(self, _: UpstreamServer, event: str, params: dict[str, Any], session: str) -> None:
        self.events.append((event, params))
        self._heard.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self._heard.clear()
                await self._heard.wait()


Starter = Callable[..., Awaitable[UpstreamServer]]


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream(tools={"t": ok}) as scripted:
        yield scripted


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
async def start(
    tools: ConnectionDeps, upstream: ScriptedUpstream, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Starter]:
    monkeypatch.setattr(server, "COALESCE", 0.0)
    started: list[UpstreamServer] = []

    async def start(**more: Any) -> UpstreamServer:
        where: dict[str, Any] = {} if "command" in more else {"url": upstream.url}
        fresh = UpstreamServer(Server(name="s", **where | {"timeout": 5.0} | more), tools, watcher)
        started.append(fresh)
        fresh.start()
        await fresh.first_read(10)
        return fresh

    yield start
    await asyncio.gather(*(each.close() for each in started))


def stdio(*kinds: str) -> dict[str, Any]:
    return {
        "command": sys.executable,
        "args": ("-m", "tests.support.stdio_server", *kinds),
        "env": {"PYTHONPATH": ":".join(sys.path)},
        "spec_version": "2025-11-25",
    }


def call(name: str = "t", **more: Any) -> Call:
    return Call(method="tools/call", params={"name": name, **more}, timeout=5)


async def ok(incoming: Incoming) -> dict[str, Any]:
    return text(incoming.session or "")


async def use(target: UpstreamServer, owner: Owner = ALICE, name: str = "t", **identity: Any) -> str:
    said: str = (await target.request(call(name), owner, Identity(**identity)))["content"][0]["text"]
    return said


async def test_lists_are_read_at_the_start(start: Starter, upstream: ScriptedUpstream) -> None:
    upstream.prompts = [{"name": "p"}]
    running = await start()
    assert [tool["name"] for tool in running.lists.tools] == ["t"]
    status = running.status()
    assert (status.state, status.tools, status.prompts) == ("ready", 1, 1)
    assert (status.transport, status.protocol_version) == ("http", "2025-11-25")


async def test_latency_is_that_of_the_server_and_not_of_a_person(start: Starter, upstream: ScriptedUpstream) -> None:
    async def asks(incoming: Incoming) -> dict[str, Any]:
        await incoming.ask("elicitation/create", {"message": "?"})
        return text("ok")

    async def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
        return {"action": "decline"}

    upstream.tools["asks"] = asks
    running = await start()
    asking = call("asks")
    asking.ask = answer
    await running.request(asking, ALICE, Identity(capabilities={"elicitation": {}}))
    assert running.status().latency_ms is None
    quiet = call()
    quiet.ask = answer
    await running.request(quiet, ALICE, Identity())
    assert running.status().latency_ms is not None


async def test_two_principals_never_share_a_session(start: Starter) -> None:
    running = await start()
    alice, bob = await use(running, ALICE), await use(running, BOB)
    assert alice != bob
    assert await use(running, ALICE) == alice
    capable = Owner("key:alice", "session-1", "digest")
    assert await use(running, capable, capabilities={"sampling": {}}) not in (alice, bob)


async def test_the_session_that_read_the_lists_is_used_once(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    assert await use(running) == "s1"
    assert len(upstream.messages("initialize")) == 1


async def test_stateless_servers_need_no_session(start: Starter, upstream: ScriptedUpstream) -> None:
    upstream.eras = ("stateless",)
    running = await start()
    await use(running, ALICE)
    await use(running, BOB)
    assert len(upstream.messages("server/discover")) == 1
    assert running.status().connections == 1


async def test_list_changes_are_followed(start: Starter, upstream: ScriptedUpstream, watcher: Watcher) -> None:
    running = await start()
    await upstream.listened()
    upstream.tools["new"] = ok
    upstream.announce("notifications/tools/list_changed")
    await watcher.until(lambda: len(running.lists.tools) == 2)


@pytest.mark.parametrize("era", ["stateless", "handshake"])
async def test_updates_of_resources(start: Starter, upstream: ScriptedUpstream, watcher: Watcher, era: Any) -> None:
    upstream.eras = (era,)
    running = await start()
    await upstream.listened()
    await running.subscribe("a:b")
    await upstream.listened()
    upstream.announce("notifications/resources/updated", {"uri": "a:b"})
    await watcher.until(lambda: any(event == "notifications/resources/updated" for event, _ in watcher.events))
    await running.unsubscribe("a:b")
    if era == "handshake":
        assert [message["params"] for message in upstream.messages("resources/unsubscribe")] == [{"uri": "a:b"}]
    else:
        wanted = [message["params"]["notifications"] for message in upstream.messages("subscriptions/listen")]
        assert wanted[1]["resourceSubscriptions"] == ["a:b"]
        assert "resourceSubscriptions" not in wanted[-1]


async def test_a_listen_that_ends_is_opened_again(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_PAUSES", (0.0,))
    upstream.eras = ("stateless",)
    dropped = False

    async def drop_once(incoming: Incoming) -> dict[str, Any]:
        nonlocal dropped
        if not dropped:
            dropped = True
            return {}
        return await ScriptedUpstream._normally(upstream, incoming)

    upstream.handlers["subscriptions/listen"] = drop_once
    running = await start()
    await upstream.until(lambda: len(upstream.messages("subscriptions/listen")) >= 2)
    await upstream.listened()
    upstream.tools["new"] = ok
    upstream.announce("notifications/tools/list_changed")
    await watcher.until(lambda: len(running.lists.tools) == 2)


async def test_a_forgotten_session_is_opened_again_and_the_call_repeated(
    start: Starter, upstream: ScriptedUpstream
) -> None:
    running = await start()
    assert await use(running) == "s1"
    upstream.forget_sessions()
    assert await use(running) == "s2"


async def test_a_call_that_may_have_run_is_not_repeated(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()

    async def cut(request: web.Request) -> web.Response | None:
        if (await request.read()).find(b"tools/call") < 0:
            return None
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    upstream.raw = cut
    with pytest.raises(UpstreamError):
        await use(running)
    assert len(upstream.messages("tools/call")) == 1


async def test_the_servers_own_error_is_no_sign_of_illness(start: Starter) -> None:
    running = await start()
    for _ in range(THRESHOLD + 1):
        with pytest.raises(RpcError):
            await use(running, name="none")
    assert running.status().state == "ready"


async def test_a_server_that_is_down_answers_at_once_and_keeps_its_lists(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    running = await start()

    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=503)

    upstream.raw = broken
    for _ in range(THRESHOLD):
        with pytest.raises(UpstreamError, match="503"):
            await use(running)
    arrived = len(upstream.seen)
    with pytest.raises(UpstreamError, match=r"unreachable since \d\d:\d\d:\d\d: .*503"):
        await use(running)
    assert len(upstream.seen) == arrived
    assert running.status().state == "unreachable"
    assert [tool["name"] for tool in running.lists.tools] == ["t"]
    upstream.raw = None
    await watcher.until(lambda: running.status().state == "ready")
    assert await use(running)


async def test_a_missing_secret_and_a_refused_credential_are_told_apart(
    start: Starter, upstream: ScriptedUpstream, secrets: MemoryStore
) -> None:
    running = await start(auth=BearerToken(auth_value="${secret:server/s/token}"))
    assert running.status().state == "needs_secret"
    assert "server/s/token" in str(running.status().reason)

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=401)

    upstream.raw = refuse
    secrets.set("server/s/token", "wrong-canary")
    other = await start(auth=BearerToken(auth_value="${secret:server/s/token}"))
    assert other.status().state == "needs_login"
    assert "canary" not in repr(other.status())


async def test_what_nobody_foresaw_does_not_end_the_keeper(
    start: Starter, watcher: Watcher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(server, "read_lists", broken)
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


async def test_forgetting_closes_sessions(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    await use(running, ALICE)
    await use(running, BOB)
    await use(running, Owner("key:bob", "session-1"))
    await running.forget("key:alice")
    assert running.status().connections == 2
    await running.forget_session("session-1")
    assert running.status().connections == 1
    assert len([seen for seen in upstream.seen if seen.http_method == "DELETE"]) == 2


# -- processes ----------------------------------------------------------------------------------------------


async def pid(running: UpstreamServer, owner: Owner, **identity: Any) -> int:
    found: int = json.loads(await use(running, owner, "pids", **identity))[0]
    return found


async def test_every_principal_has_its_process_and_the_first_one_is_used(start: Starter) -> None:
    running = await start(**stdio())
    alice, bob = await pid(running, ALICE), await pid(running, BOB)
    assert alice != bob
    assert running.status().connections == 2
    assert await pid(running, ALICE) == alice


async def test_a_shared_process_is_for_everybody(start: Starter) -> None:
    running = await start(isolation="shared", **stdio())
    assert await pid(running, ALICE) == await pid(running, BOB)
    assert running.status().connections == 1


async def test_at_most_so_many_processes(start: Starter) -> None:
    running = await start(max_processes=1, **stdio())
    first = await pid(running, ALICE)
    hanging = asyncio.create_task(use(running, ALICE, "hang"))
    await asyncio.sleep(0)
    with pytest.raises(PoolFullError) as caught:
        await pid(running, BOB)
    assert "max_processes" in str(caught.value.hint)
    assert running.status().state == "ready"
    hanging.cancel()
    await asyncio.wait([hanging])
    assert await pid(running, BOB) != first
    assert await all_gone([first])


async def test_a_process_that_died_is_started_again(start: Starter) -> None:
    running = await start(**stdio())
    first = await pid(running, ALICE)
    with pytest.raises(UpstreamError, match="code 9: out of cheese"):
        await use(running, ALICE, "die")
    assert await pid(running, ALICE) != first
    assert "out of cheese" in "\n".join(running.status().stderr)


async def test_closing_leaves_no_process(start: Starter) -> None:
    running = await start(**stdio("child"))
    pids = json.loads(await use(running, ALICE, "pids"))
    await running.close()
    assert await all_gone(pids)


async def test_more_requests_than_it_may_get_wait(
    start: Starter, upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "QUEUE", 1)
    go = asyncio.Event()

    async def slow(incoming: Incoming) -> dict[str, Any]:
        await go.wait()
        return text("ok")

    upstream.tools["slow"] = slow
    running = await start(max_concurrent=2)

    def call() -> asyncio.Task[dict[str, Any]]:
        slow_call = Call(method="tools/call", params={"name": "slow"}, timeout=20)
        return asyncio.create_task(running.request(slow_call, Owner("a"), Identity()))

    calls = [call() for _ in range(4)]
    await upstream.until(lambda: len(upstream.messages("tools/call")) == 2)
    with pytest.raises(BusyError):
        await call()
    assert running.status().state == "ready", "that says nothing about the server"
    assert len(upstream.messages("tools/call")) == 2
    go.set()
    assert await asyncio.gather(*calls) == [text("ok")] * 4
    assert running.slots.running == 0
