from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.protocol.errors import RpcError
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import SHARED, Owner
from mcptui.upstream.server.server import UpstreamServer
from tests.support.running_server import ALICE, BOB, Starter, Watcher, use
from tests.support.upstream import ScriptedUpstream

UPDATED = "notifications/resources/updated"
SESSION = Owner("key:alice", "session-1")


async def subscribe(running: UpstreamServer, owner: Owner, uri: str = "a:b") -> Owner:
    return await running.subscribe(uri, owner, Identity())


@pytest.mark.parametrize("era", ["stateless", "handshake"])
async def test_updates_of_resources(start: Starter, upstream: ScriptedUpstream, watcher: Watcher, era: Any) -> None:
    upstream.eras = (era,)
    running = await start()
    await upstream.listened()
    holder = await subscribe(running, ALICE)
    assert holder == (ALICE if era == "handshake" else SHARED)
    await upstream.listened()
    upstream.announce(UPDATED, {"uri": "a:b"})
    await watcher.until(lambda: any(event == UPDATED for event, _ in watcher.events))
    await running.unsubscribe("a:b", holder)
    if era == "handshake":
        assert [message["params"] for message in upstream.messages("resources/unsubscribe")] == [{"uri": "a:b"}]
    else:
        wanted = [message["params"]["notifications"] for message in upstream.messages("subscriptions/listen")]
        assert wanted[1]["resourceSubscriptions"] == ["a:b"]
        assert "resourceSubscriptions" not in wanted[-1]


async def test_a_subscription_lives_in_the_session_of_its_client(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    for owner in (ALICE, BOB, SESSION):
        assert await subscribe(running, owner) == owner
    sessions = [await use(running, owner) for owner in (ALICE, BOB, SESSION)]
    assert [seen.headers["mcp-session-id"] for seen in upstream.requests("resources/subscribe")] == sessions
    assert len(set(sessions)) == 3


async def test_clients_that_share_a_connection_subscribe_once(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start(isolation="key")
    holders = [await subscribe(running, owner) for owner in (ALICE, SESSION, ALICE)]
    assert holders == [ALICE] * 3
    for holder in holders:
        assert upstream.messages("resources/unsubscribe") == []
        await running.unsubscribe("a:b", holder)
    assert len(upstream.messages("resources/subscribe")) == 1
    assert len(upstream.messages("resources/unsubscribe")) == 1


async def test_a_session_that_is_opened_again_subscribes_again(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    await subscribe(running, SESSION)
    before = await use(running, SESSION)
    upstream.forget_sessions()
    upstream.seen.clear()
    after = await use(running, SESSION)
    assert after != before
    (again,) = upstream.requests("resources/subscribe")
    assert (again.headers["mcp-session-id"], again.message["params"]) == (after, {"uri": "a:b"})


async def test_what_is_waited_for_is_opened_again_by_itself(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    await subscribe(running, SESSION)
    lease = running._connections.find(SESSION)
    assert lease is not None
    await lease.connection.close()
    upstream.seen.clear()
    await running._subscriptions.restore()
    assert len(upstream.messages("resources/subscribe")) == 1
    await running._subscriptions.restore()
    assert len(upstream.messages("resources/subscribe")) == 1


async def test_a_session_that_ended_wants_nothing_more(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    holder = await subscribe(running, SESSION)
    await running.forget_session("session-1")
    upstream.seen.clear()
    await running._subscriptions.restore()
    await running.unsubscribe("a:b", holder)
    assert upstream.seen == []


async def test_nobody_counts_on_a_subscription_that_is_not_answered_yet(
    start: Starter, upstream: ScriptedUpstream
) -> None:
    answers = iter([RpcError(-32602, "no such resource"), RpcError(-32602, "none yet"), None])
    go = asyncio.Event()

    async def decide(_: Any) -> dict[str, Any]:
        await go.wait()
        if (error := next(answers)) is not None:
            raise error
        return {}

    running = await start()
    upstream.handlers["resources/subscribe"] = decide
    adding = [asyncio.create_task(subscribe(running, ALICE)) for _ in range(4)]
    await upstream.until(lambda: bool(upstream.messages("resources/subscribe")))
    go.set()
    found = await asyncio.gather(*adding, return_exceptions=True)
    assert [isinstance(each, RpcError) for each in found] == [True, True, False, False]
    assert len(upstream.messages("resources/subscribe")) == 3


async def test_who_subscribes_while_another_unsubscribes_is_subscribed_after_it(
    start: Starter, upstream: ScriptedUpstream
) -> None:
    go = asyncio.Event()

    async def slowly(_: Any) -> dict[str, Any]:
        await go.wait()
        return {}

    running = await start()
    holder = await subscribe(running, ALICE)
    upstream.handlers["resources/unsubscribe"] = slowly
    upstream.seen.clear()
    removing = asyncio.create_task(running.unsubscribe("a:b", holder))
    await upstream.until(lambda: bool(upstream.messages("resources/unsubscribe")))
    adding = asyncio.create_task(subscribe(running, ALICE))
    await subscribe(running, BOB)  # another client does not wait for it
    assert not adding.done()
    go.set()
    await asyncio.gather(removing, adding)
    mine = [seen.message["method"] for seen in upstream.seen if seen.headers.get("mcp-session-id") == "s2"]
    assert mine == ["resources/unsubscribe", "resources/subscribe"]


async def test_a_server_that_refuses_is_asked_again_by_the_next(start: Starter, upstream: ScriptedUpstream) -> None:
    async def refuse(_: Any) -> dict[str, Any]:
        raise RpcError(-32602, "no such resource")

    running = await start()
    upstream.handlers["resources/subscribe"] = refuse
    with pytest.raises(RpcError, match="no such resource"):
        await subscribe(running, ALICE)
    del upstream.handlers["resources/subscribe"]
    await subscribe(running, ALICE)
    assert len(upstream.messages("resources/subscribe")) == 2
