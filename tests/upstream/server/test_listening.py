from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.upstream.call import Call
from mcptui.upstream.server import listening
from mcptui.upstream.server.listening import Listening
from tests.support.running_server import Starter, Watcher, ok
from tests.support.upstream import Incoming, ScriptedUpstream


async def test_the_acknowledgement_of_a_listen_that_ended_is_not_waited_for() -> None:
    async def ended(_: Call) -> dict[str, Any]:
        return {}

    listens = Listening(ended, lambda *_: None, frozenset({"toolsListChanged"}))
    try:
        async with asyncio.timeout(4):
            await listens.set(frozenset())
    finally:
        listens.close()


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
