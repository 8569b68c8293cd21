from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from mcptui.upstream.connect import Identity
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.pool import Owner, PoolFullError
from mcptui.upstream.server.server import UpstreamServer
from tests.support.processes import all_gone
from tests.support.running_server import ALICE, BOB, Starter, stdio, use
from tests.support.upstream import ScriptedUpstream


async def test_two_principals_never_share_a_session(start: Starter) -> None:
    running = await start()
    alice, bob = await use(running, ALICE), await use(running, BOB)
    assert alice != bob
    assert await use(running, ALICE) == alice
    capable = Owner("key:alice", "session-1", "digest")
    assert await use(running, capable, capabilities={"sampling": {}}) not in (alice, bob)


async def test_the_session_that_reads_the_lists_is_nobody_elses(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    assert [await use(running, owner) for owner in (ALICE, BOB, ALICE)] == ["s2", "s3", "s2"]
    assert len(upstream.messages("initialize")) == 3


async def test_stateless_servers_need_no_session(start: Starter, upstream: ScriptedUpstream) -> None:
    upstream.eras = ("stateless",)
    running = await start()
    await use(running, ALICE)
    await use(running, BOB)
    assert len(upstream.messages("server/discover")) == 1
    assert running.status().connections == 1


async def test_forgetting_closes_sessions(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()
    await use(running, ALICE)
    await use(running, BOB)
    await use(running, Owner("key:bob", "session-1"))
    await running.forget("key:alice")
    assert running.status().connections == 3
    await running.forget_session("session-1")
    assert running.status().connections == 2
    assert len([seen for seen in upstream.seen if seen.http_method == "DELETE"]) == 2


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


S1, S2, BOBS = Owner("key:alice", "1"), Owner("key:alice", "2"), Owner("key:bob", "1")


@pytest.mark.parametrize(
    ("isolation", "processes"), [("session", [0, 1, 2, 3, 4]), ("key", [0, 0, 0, 1, 1]), ("shared", [0] * 5)]
)
@pytest.mark.parametrize("kind", ["handshake", "stateless"])
async def test_who_shares_the_memory_of_a_process(
    start: Starter, kind: str, isolation: str, processes: list[int]
) -> None:
    config = stdio(*(["stateless"] if kind == "stateless" else []))
    running = await start(isolation=isolation, **config | {"spec_version": "auto"})
    seen: dict[int, int] = {}
    for owner, number in zip((S1, S2, ALICE, BOBS, BOB), processes, strict=True):
        await running.era_for(owner, Identity())
        for _ in range(2):
            assert seen.setdefault(await pid(running, owner), len(seen)) == number


async def test_an_ended_process_of_a_session_is_nobody_elses(start: Starter) -> None:
    running = await start(**stdio())
    first = await pid(running, S1)
    await running.forget_session("1")
    assert await all_gone([first])
    assert await pid(running, S2) != first


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
