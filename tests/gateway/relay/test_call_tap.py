"""What is kept of what client and server say to each other."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.relay.call_tap import EVENT_BYTES, MOST_EVENTS, overhear
from mcptui.protocol.errors import RpcError
from mcptui.secrets.known import KnownSecrets
from tests.support.exchanges import exchange


async def test_without_a_way_back_nothing_is_kept() -> None:
    what = exchange()
    overhear(what, KnownSecrets())
    assert what.notify is None
    assert what.ask is None
    assert what.events is None


async def test_everything_arrives_and_its_beginning_is_kept() -> None:
    arrived: list[tuple[str, dict[str, Any]]] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        arrived.append((method, params))

    what = exchange()
    what.notify = notify
    overhear(what, KnownSecrets())
    assert what.notify is not None
    await what.notify("notifications/message", {"token": "canary", "text": "x" * 10_000})
    for number in range(MOST_EVENTS + 5):
        await what.notify("notifications/progress", {"progress": number})
    assert len(arrived) == MOST_EVENTS + 6
    assert arrived[0][1]["token"] == "canary"
    assert what.events is not None
    assert len(what.events) == MOST_EVENTS
    assert len(what.events[0]["value"]["beginning"]) <= EVENT_BYTES
    assert "canary" not in str(what.events)
    assert (what.events[1]["kind"], what.events[1]["value"]) == ("notification", {"progress": 0})


async def test_questions_and_answers() -> None:
    async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "roots/list":
            raise RpcError(-1, "no")
        return {"action": "accept"}

    what = exchange()
    what.ask = ask
    overhear(what, KnownSecrets())
    assert what.ask is not None
    assert await what.ask("elicitation/create", {"message": "sure?"}) == {"action": "accept"}
    with pytest.raises(RpcError):
        await what.ask("roots/list", {})
    assert [(event["kind"], event["method"], event["value"]) for event in what.events or ()] == [
        ("question", "elicitation/create", {"message": "sure?"}),
        ("answer", "elicitation/create", {"action": "accept"}),
        ("question", "roots/list", {}),
        ("answer", "roots/list", {"code": -1, "message": "no"}),
    ]
