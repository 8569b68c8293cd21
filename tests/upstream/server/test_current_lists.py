from __future__ import annotations

import asyncio

import pytest

from mcptui.model import Server
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.server import current_lists
from mcptui.upstream.server.server import UpstreamServer
from tests.support.running_server import Starter, Watcher, ok
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
    upstream.announce("notifications/tools/list_changed")
    await watcher.until(lambda: len(running.lists.tools) == 2)


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
