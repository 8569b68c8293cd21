"""Processes that run only while somebody uses them, and lists that are known all the time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.lease import Owner
from mcptui.upstream.process import ServerProcess
from mcptui.upstream.server import current_lists
from mcptui.upstream.server.lists import Lists
from mcptui.upstream.server.server import UpstreamServer
from tests.support.processes import all_gone
from tests.support.running_server import ALICE, BOB, Watcher, stdio, use

PEER = Peer(
    era="handshake", version="2025-11-25", capabilities={"tools": {}}, server_info={"name": "small", "version": "1"}
)
KNOWN = Lists(tools=({"name": "known before", "inputSchema": {"type": "object"}},))
Restored = Callable[..., UpstreamServer]


@pytest.fixture
async def restored(tools: ConnectionDeps, watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Restored]:
    """A server whose lists an earlier process has read."""
    monkeypatch.setattr(current_lists, "COALESCE", 0.0)
    monkeypatch.setattr(current_lists, "_SWEEP", 0.02)
    made: list[UpstreamServer] = []

    def restored(*kinds: str, **more: Any) -> UpstreamServer:
        server = UpstreamServer(Server(name="s", **stdio(*kinds) | {"timeout": 5.0} | more), tools, watcher)
        server.restore(PEER, KNOWN)
        server.start()
        made.append(server)
        return server

    yield restored
    await asyncio.gather(*(each.close() for each in made))


def names(server: UpstreamServer) -> list[str]:
    return [tool["name"] for tool in server.lists.tools]


async def pid(server: UpstreamServer, owner: Owner = ALICE, **identity: Any) -> int:
    found: int = json.loads(await use(server, owner, "pids", **identity))[0]
    return found


async def sweeps(monkeypatch: pytest.MonkeyPatch, server: UpstreamServer, times: int = 3) -> None:
    """Wait until ``server`` was looked after some times."""
    looked, before = asyncio.Semaphore(0), server._connections.close_idle

    async def counted() -> None:
        looked.release()
        await before()

    with monkeypatch.context() as patched:
        patched.setattr(server._connections, "close_idle", counted)
        async with asyncio.timeout(10):
            for _ in range(times):
                await looked.acquire()


async def test_nothing_runs_and_everything_is_known(restored: Restored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_lists, "ANNOUNCED", 0.0)
    server = restored()
    assert server.was_read
    await sweeps(monkeypatch, server)
    status = server.status()
    assert (status.state, status.tools, status.connections) == ("idle", 1, 0)
    assert (await server.era_known()).era == "handshake"
    assert server.is_at_rest


async def test_the_first_call_starts_the_only_process_and_the_lists_are_read_from_it(
    restored: Restored, watcher: Watcher
) -> None:
    server = restored()
    await pid(server)
    await watcher.until(lambda: "echo" in names(server))
    status = server.status()
    assert (status.state, status.connections) == ("ready", 1)
    assert not server.is_at_rest


async def test_a_session_that_declares_nothing_has_the_lists_read_from_its_process_once(
    restored: Restored, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current_lists, "ANNOUNCED", 0.0)
    server = restored()
    await pid(server, Owner("key:alice", "session"))
    await watcher.until(lambda: "echo" in names(server))
    before = server.lists
    await sweeps(monkeypatch, server)
    assert server.lists is before
    assert server.status().connections == 1


async def test_one_that_declares_something_has_not(restored: Restored, monkeypatch: pytest.MonkeyPatch) -> None:
    server = restored()
    await pid(server, Owner("key:alice", "session", "x"), capabilities={"sampling": {}})
    await sweeps(monkeypatch, server)
    assert names(server) == ["known before"]


async def test_another_version_than_before_has_its_lists_read_whoever_finds_out(
    tools: ConnectionDeps, watcher: Watcher
) -> None:
    server = UpstreamServer(Server(name="s", **stdio()), tools, watcher)
    server.restore(replace(PEER, server_info={"name": "small", "version": "0"}), KNOWN)
    server.start()
    await pid(server, Owner("key:alice", "session", "x"), capabilities={"sampling": {}})
    await watcher.until(lambda: "echo" in names(server))
    await server.close()


async def test_it_ends_when_it_is_not_used_and_starts_again(restored: Restored, watcher: Watcher) -> None:
    server = restored()
    first = await pid(server)
    server.config = Server(name="s", **stdio(), idle_minutes=0)
    await watcher.until(lambda: server.is_at_rest)
    assert await all_gone([first])
    assert "echo" in names(server), "what it has is known on"
    server.config = Server(name="s", **stdio())
    assert await pid(server) != first


async def test_the_process_of_an_open_session_keeps_its_state(
    restored: Restored, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = restored()
    session = Owner("key:alice", "session")
    first = await pid(server, session)
    server.config = Server(name="s", **stdio(), idle_minutes=0)
    await sweeps(monkeypatch, server)
    assert await pid(server, session) == first
    await server.forget_session("session")
    await watcher.until(lambda: server.is_at_rest)


async def test_an_eager_one_runs_from_the_start_and_stays(
    restored: Restored, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = restored(start="eager", idle_minutes=0)
    await watcher.until(lambda: server.status().state == "ready")
    await sweeps(monkeypatch, server)
    assert (server.status().connections, server.status().state) == (1, "ready")


async def test_one_that_becomes_eager_is_started(restored: Restored, watcher: Watcher) -> None:
    server = restored()
    server.config = Server(name="s", **stdio(), start="eager")
    await watcher.until(lambda: server.status().state == "ready")


async def test_a_refresh_that_somebody_asks_for_starts_it(restored: Restored, watcher: Watcher) -> None:
    server = restored()
    server.refresh()
    await watcher.until(lambda: "echo" in names(server))


async def test_lists_of_another_environment_are_read_again(
    tools: ConnectionDeps, restored: Restored, watcher: Watcher
) -> None:
    other = UpstreamServer(Server(name="s", **stdio()), tools, watcher)
    other.show(PEER, KNOWN)
    other.start()
    await watcher.until(lambda: "echo" in names(other))
    await other.close()


async def test_one_that_does_not_start_is_tried_by_calls_and_not_by_itself(
    restored: Restored, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = restored("exit")
    with pytest.raises(UpstreamError, match="code 7: no configuration found"):
        await pid(server)
    failed_at = server.status().failed_at
    await sweeps(monkeypatch, server)
    status = server.status()
    assert (status.state, status.failed_at) == ("unreachable", failed_at)
    assert names(server) == ["known before"]
    with pytest.raises(UpstreamError, match="code 7"):
        await pid(server, BOB)


async def test_a_start_that_takes_long_says_so(restored: Restored, monkeypatch: pytest.MonkeyPatch) -> None:
    printed, note = asyncio.Event(), ServerProcess.note

    def heard(process: ServerProcess, line: bytes) -> None:
        note(process, line)
        printed.set()

    monkeypatch.setattr(ServerProcess, "note", heard)
    server = restored("slow")
    starting = asyncio.ensure_future(pid(server))
    await asyncio.wait_for(printed.wait(), 10)
    status = server.status()
    assert (status.state, status.reason) == ("starting", "added 12 packages")
    starting.cancel()
    await asyncio.wait([starting])


async def test_a_stateless_one_is_not_started_to_be_listened_to(
    restored: Restored, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = restored("stateless", "announces", spec_version="2026-07-28")
    first = await pid(server)
    server.config = Server(name="s", **stdio("stateless", "announces") | {"spec_version": "2026-07-28"}, idle_minutes=0)
    await watcher.until(lambda: server.is_at_rest)
    assert await all_gone([first])
    await sweeps(monkeypatch, server, 20)
    assert server.is_at_rest
