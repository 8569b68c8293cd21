from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.upstream.lease import Owner
from mcptui.upstream.server.audience import ANYBODY, Audience, profile_of
from mcptui.upstream.server.server import UpstreamServer
from tests.support.running_server import Starter, Watcher, ok, use
from tests.support.upstream import Incoming, Item, ScriptedUpstream

SAMPLING = Audience(profile_of({"sampling": {}}))
CHANGED = "notifications/tools/list_changed"


def tool(name: str) -> Item:
    return {"name": name, "inputSchema": {"type": "object"}}


def names(server: UpstreamServer, audience: Audience) -> list[str]:
    return [each["name"] for each in server.offer(audience).lists.tools]


def tells_clients_apart(upstream: ScriptedUpstream) -> None:
    """Offers ``asks`` to clients that can sample, and tools at all only to those that declare something."""
    declared: dict[str, Any] = {}

    async def initialize(incoming: Incoming) -> Item:
        result = await upstream._normally(incoming)
        declared[f"s{upstream._session_count + 1}"] = capabilities = incoming.params["capabilities"]
        return {**result, "capabilities": {"tools": {}} if capabilities else {}}

    async def listed(incoming: Incoming) -> Item:
        capabilities = declared.get(incoming.session or "")
        if capabilities is None:
            capabilities = incoming.params["_meta"]["io.modelcontextprotocol/clientCapabilities"]
        return {"tools": [tool("t"), *([tool("asks")] if "sampling" in capabilities else [])]}

    async def discover(incoming: Incoming) -> Item:
        found = await upstream._normally(incoming)
        capabilities = incoming.params["_meta"]["io.modelcontextprotocol/clientCapabilities"]
        return {**found, "capabilities": {"tools": {}} if capabilities else {}}

    upstream.handlers |= {"initialize": initialize, "tools/list": listed, "server/discover": discover}


@pytest.mark.parametrize("era", ["handshake", "stateless"])
async def test_clients_see_what_they_would_see_directly(start: Starter, upstream: ScriptedUpstream, era: str) -> None:
    upstream.eras = (era,)  # type: ignore[assignment]
    tells_clients_apart(upstream)
    running = await start()
    assert names(running, ANYBODY) == []
    roots = Audience(profile_of({"roots": {}}))
    for audience, seen in ((SAMPLING, ["t", "asks"]), (roots, ["t"]), (ANYBODY, [])):
        await running.current(audience)
        assert names(running, audience) == seen
    peer = running.offer(SAMPLING).peer
    assert peer is not None
    assert dict(peer.capabilities) == {"tools": {}}
    assert running.peer is not None
    assert dict(running.peer.capabilities) == {}
    asked = len(upstream.seen)
    await running.current(SAMPLING)
    assert len(upstream.seen) == asked, "it is known by now"


async def test_what_everybody_shares_is_the_same_for_everybody(start: Starter, upstream: ScriptedUpstream) -> None:
    tells_clients_apart(upstream)
    running = await start(isolation="shared")
    await running.current(SAMPLING)
    assert names(running, SAMPLING) == []


async def test_a_session_that_is_told_of_a_change_sees_it_alone(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    own: dict[str, list[Item]] = {}

    async def listed(incoming: Incoming) -> Item:
        return {"tools": own.get(incoming.session or "", [tool("t")])}

    upstream.tools["t"] = ok
    upstream.handlers["tools/list"] = listed
    running = await start()
    capabilities: Item = {"roots": {}}
    mine, theirs = (Owner("key:k", session, "x") for session in ("one", "two"))
    session = await use(running, mine, capabilities=capabilities)
    assert await use(running, theirs, capabilities=capabilities) != session
    await upstream.listened(3)
    own[session] = [tool("t"), tool("enabled")]
    upstream.announce(CHANGED, session=session)
    await watcher.until(lambda: (CHANGED, {}) in watcher.events)
    assert names(running, Audience(session="one")) == ["t", "enabled"]
    assert names(running, Audience(session="two")) == ["t"]
    assert names(running, ANYBODY) == ["t"]
    # With its connection goes what it was offered on it.
    await running._connections.forget_session("one")
    assert not running.is_current(Audience(session="one"))
    await running.current(Audience(session="one"))
    assert names(running, Audience(session="one")) == ["t"]


async def test_who_lists_while_the_lists_of_its_session_are_read_gets_them_as_they_are_now(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    running = await start()
    session = await use(running, Owner("key:k", "one", "x"), capabilities={"roots": {}})
    await upstream.listened(2)
    asked, go = asyncio.Event(), asyncio.Event()

    async def listed(incoming: Incoming) -> Item:
        if incoming.session != session:
            return {"tools": [tool("t")]}
        asked.set()
        await go.wait()
        return {"tools": [tool("t"), tool("enabled")]}

    upstream.handlers["tools/list"] = listed
    upstream.announce(CHANGED, session=session)
    await asked.wait()
    audience = Audience(session="one")
    assert not running.is_current(audience)
    assert running.is_current(Audience(session="two"))
    waiting = asyncio.ensure_future(running.current(audience))
    await asyncio.sleep(0)
    go.set()
    await waiting
    assert names(running, audience) == ["t", "enabled"]


async def test_a_change_that_only_some_clients_see_is_read_when_it_is_announced(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    shown: dict[bool, list[Item]] = {False: [tool("t")], True: [tool("t")]}
    declared: dict[str, bool] = {}

    async def initialize(incoming: Incoming) -> Item:
        declared[f"s{upstream._session_count + 1}"] = "sampling" in incoming.params["capabilities"]
        return await upstream._normally(incoming)

    async def listed(incoming: Incoming) -> Item:
        return {"tools": shown[declared[incoming.session or ""]]}

    upstream.handlers |= {"initialize": initialize, "tools/list": listed}
    running = await start()
    await upstream.listened()
    await running.current(SAMPLING)
    shown[True].append(tool("asks"))
    upstream.announce(CHANGED)
    await watcher.until(lambda: (CHANGED, {}) in watcher.events)
    await running.current(SAMPLING)
    assert names(running, SAMPLING) == ["t", "asks"]
    assert names(running, ANYBODY) == ["t"]


async def test_what_all_sessions_are_told_is_everybodys(
    start: Starter, upstream: ScriptedUpstream, watcher: Watcher
) -> None:
    running = await start()
    await use(running, Owner("key:k", "one", "x"), capabilities={"roots": {}})
    await upstream.listened(2)
    upstream.tools["new"] = ok
    upstream.announce(CHANGED)
    await watcher.until(lambda: len(running.lists.tools) == 2)
    await watcher.until(lambda: watcher.events.count((CHANGED, {})) == 2)
    assert len(names(running, Audience(session="one"))) == 2


async def test_closing_while_a_profile_is_read(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    asked = asyncio.Event()

    async def hang(_: Incoming) -> Item:
        asked.set()
        return await asyncio.Event().wait()  # type: ignore[return-value]

    upstream.handlers["initialize"] = hang
    waiting = asyncio.ensure_future(running.current(SAMPLING))
    await asked.wait()
    async with asyncio.timeout(5):
        await running.close()
        await waiting
