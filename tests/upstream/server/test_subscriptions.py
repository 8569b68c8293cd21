from __future__ import annotations

from typing import Any

import pytest

from tests.support.running_server import Starter, Watcher
from tests.support.upstream import ScriptedUpstream


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
