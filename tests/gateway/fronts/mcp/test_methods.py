"""Methods of handshake clients, whichever transport carries them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.gateway import RunningGateway
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire, WireSession

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


def request(method: str, params: dict[str, Any] | None = None, id_: Any = 10) -> dict[str, Any]:
    return {"id": id_, "method": method, "params": params or {}}


async def test_results_hold_nothing_of_the_other_era(session: WireSession) -> None:
    for method, params in (
        ("tools/list", {}),
        ("tools/call", {"name": "b__echo"}),
        ("resources/read", {"uri": "b://one"}),
    ):
        result = (await session.send(request(method, params))).json()["result"]
        assert not {"resultType", "ttlMs", "cacheScope"} & set(result)


async def test_methods_of_the_session(session: WireSession) -> None:
    assert (await session.send(request("ping"))).json()["result"] == {}
    assert (await session.send(request("logging/setLevel", {"level": "error"}))).json()["result"] == {}
    for method, params, code in (
        ("logging/setLevel", {"level": "loud"}, -32602),
        ("resources/subscribe", {}, -32602),
        ("server/discover", {}, -32601),
        ("subscriptions/listen", {}, -32601),
        ("no/such", {}, -32601),
        ("tools/list", {"cursor": "x"}, -32602),
        ("resources/read", {"uri": "none://"}, -32002),
    ):
        response = await session.send(request(method, params))
        assert (response.status_code, response.json()["error"]["code"]) == (200, code), method


async def test_changes_are_told_on_the_get_stream(
    gateway: RunningGateway, session: WireSession, b: ScriptedUpstream
) -> None:
    async with asyncio.timeout(10), session.listen() as stream:
        primed = await stream.event()
        assert (primed.data, primed.id) == (b"", "get-0")
        await b.listened()
        b.tools["new"] = b.tools["echo"]
        b.announce("notifications/tools/list_changed")
        assert (await stream.message())["method"] == "notifications/tools/list_changed"


@pytest.mark.parametrize("server", ["a", "b"])
async def test_updates_of_subscribed_resources(
    session: WireSession, a: ScriptedUpstream, b: ScriptedUpstream, server: str
) -> None:
    upstream, uri = (a, "a://one") if server == "a" else (b, "b://one")
    async with asyncio.timeout(10), session.listen() as stream:
        await stream.event()
        for _ in range(2):
            assert (await session.send(request("resources/subscribe", {"uri": uri}))).json()["result"] == {}
        await upstream.listened()
        upstream.announce("notifications/resources/updated", {"uri": uri})
        note = await stream.message()
        assert (note["method"], note["params"]) == ("notifications/resources/updated", {"uri": uri})
        assert (await session.send(request("resources/unsubscribe", {"uri": uri}))).json()["result"] == {}
        missing = await session.send(request("resources/subscribe", {"uri": "none://x"}))
        assert missing.json()["error"]["code"] == -32002
    if server == "a":
        assert len(a.messages("resources/subscribe")) == len(a.messages("resources/unsubscribe")) == 1
