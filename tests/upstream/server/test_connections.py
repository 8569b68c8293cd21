from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import replace
from typing import Any, cast

import pytest

from mcptui.model import Server
from mcptui.upstream.connect import Identity
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.lease import CATALOGUE, Lease, Owner
from mcptui.upstream.pool import PoolFullError
from mcptui.upstream.server import connections
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.era import ServerEra
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.opening import Opening
from mcptui.upstream.server.server import UpstreamServer
from tests.support.fake_connection import FakeConnection
from tests.support.processes import all_gone
from tests.support.running_server import ALICE, BOB, Starter, call, stdio, use
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
    hanging = asyncio.create_task(running.request(replace(call("hang"), timeout=3600), ALICE, Identity()))
    await asyncio.sleep(0)
    patient, running.config = running.config, replace(running.config, timeout=0.01)
    with pytest.raises(PoolFullError) as caught:
        await pid(running, BOB)
    running.config = patient
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


class Processes:
    """The connections of a server whose processes start when :attr:`may_start` says so, and what is done with each."""

    def __init__(self) -> None:
        self.may_start = asyncio.Event()
        self.may_start.set()
        self.started: list[FakeConnection] = []
        #: Leases that were told of subscriptions, and how often the lists were to be read.
        self.opened: list[Lease] = []
        self.refreshes = 0
        self.reading = asyncio.Event()
        self.may_read = asyncio.Event()
        self.may_read.set()
        known = Known(Server(name="s", command="s"))
        self.connections = Connections(known, ServerEra(known), cast("Opening", self), lambda *_: None)
        self.connections.when_opened(self._is_open)
        self.connections.read_by(self)

    async def open(self, *_: Any, **__: Any) -> FakeConnection:
        await self.may_start.wait()
        self.started.append(FakeConnection())
        return self.started[-1]

    def is_other_version(self, _: Any) -> bool:
        return False

    async def _is_open(self, lease: Lease) -> None:
        self.opened.append(lease)

    def refresh(self) -> None:
        self.refreshes += 1

    def read_now(self) -> asyncio.Task[None]:
        self.reading.set()
        return asyncio.create_task(self._read())

    async def _read(self) -> None:
        await self.may_read.wait()

    async def lease(self, owner: Owner, **capabilities: Any) -> Lease:
        return await self.connections.lease(owner, Identity(capabilities=capabilities))

    async def has(self, count: int) -> None:
        """Wait until ``count`` connections are open, and no longer."""
        while len(self.connections) < count:  # noqa: ASYNC110  whoever opened it is not to have gone on yet
            await asyncio.sleep(0)

    @property
    def running(self) -> int:
        return sum(not each.closed for each in self.started)


async def test_no_process_is_lost_where_a_client_opens_one_while_the_lists_are_read() -> None:
    server = Processes()
    server.may_start.clear()
    opening = asyncio.create_task(server.lease(ALICE))
    reading = asyncio.create_task(server.connections.for_lists())
    await asyncio.sleep(0)
    server.may_start.set()
    await server.has(1)
    assert await server.lease(ALICE) is await opening
    await reading
    assert server.running == len(server.connections)
    await server.connections.close()
    assert server.running == 0


@pytest.mark.parametrize(("owner", "is_read_from"), [(S1, False), (ALICE, True)])
async def test_who_takes_a_process_over_as_soon_as_it_runs_keeps_it(owner: Owner, is_read_from: bool) -> None:
    server = Processes()
    reading = asyncio.create_task(server.connections.for_lists())
    await server.has(1)
    taken = await server.lease(owner)
    await reading
    assert await server.lease(owner) is taken
    assert await server.lease(BOB) is not taken
    assert ((await server.connections.for_lists())[0] is taken) == is_read_from


async def test_a_process_is_not_used_before_the_lists_are_read_from_it() -> None:
    server, read = Processes(), asyncio.Event()
    lease, _ = await server.connections.for_lists()
    reading = asyncio.create_task(server.connections.using(lease, lambda _: read.wait()))
    await asyncio.sleep(0)
    taking = [asyncio.create_task(server.lease(S1)) for _ in range(2)]
    await asyncio.sleep(0)
    assert lease.owner == CATALOGUE
    read.set()
    await reading
    assert [await each for each in taking] == [lease, lease]


async def test_one_that_follows_a_process_that_was_taken_over_is_told_and_read_as_any_other() -> None:
    server = Processes()
    await server.connections.for_lists()
    first = await server.lease(ALICE)
    with contextlib.suppress(UpstreamError):
        await first.connection.close()
    second = await server.lease(ALICE)
    assert server.opened == [first, second]
    assert server.refreshes == 1
    assert await server.connections.for_lists() == (second, True)


async def test_the_process_of_a_session_is_read_from_before_its_first_request_and_not_again() -> None:
    server = Processes()
    server.may_read.clear()
    asking = [asyncio.create_task(server.lease(S1)) for _ in range(2)]
    await server.reading.wait()
    lease, is_new = await server.connections.for_lists()
    assert (lease.owner, is_new) == (S1, False)
    assert not any(each.done() for each in asking)
    server.may_read.set()
    assert [await each for each in asking] == [lease, lease]
    assert (await server.connections.for_lists())[0] is not lease


async def test_lists_that_take_long_hold_no_session_up_and_are_read_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ_FIRST", 0.0)
    server = Processes()
    server.may_read.clear()
    lease = await server.lease(S1)
    assert (await server.connections.for_lists())[0] is not lease
    server.may_read.set()
