from __future__ import annotations

import asyncio

import pytest

from mcptui.model import Server
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.server import current_lists
from mcptui.upstream.server.server import UpstreamServer
from tests.support.running_server import Starter, Watcher, ok
from tests.support.upstream import ScriptedUpstream


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
    upstream.announce("notifications/tools/list_changed")
    await watcher.until(lambda: len(running.lists.tools) == 2)


async def test_what_nobody_foresaw_does_not_end_the_keeper(
    start: Starter, watcher: Watcher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(current_lists, "read_lists", broken)
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
