"""Sending a client's user to a URL, across the eras; and what a server tells one client outside its calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.protocol.errors import MISSING_CAPABILITY, URL_ELICITATION_REQUIRED, RpcError
from tests.support.gateway import RunningGateway, key
from tests.support.questions import asking
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire, WireSession

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

CALL = {"name": "up__login"}
LOGIN = {"mode": "url", "elicitationId": "e1", "url": "https://login.example/?x=1", "message": "Log in"}
OPENS_URLS: dict[str, Any] = {"elicitation": {"form": {}, "url": {}}}


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    """A handshake server whose tool needs a login the first time."""
    refused: list[Any] = []

    async def login(incoming: Incoming) -> dict[str, Any]:
        if not refused:
            refused.append(incoming.id)
            raise RpcError(URL_ELICITATION_REQUIRED, "log in first", {"elicitations": [LOGIN]})
        assert incoming.arguments == {}
        assert set(incoming.params) == {"name", "arguments"}
        return text("done")

    async with ScriptedUpstream(tools={"login": login, "ask": asking("handshake")}) as scripted:
        yield scripted


@pytest.fixture
async def gateway(serve: Serve, upstream: ScriptedUpstream) -> RunningGateway:
    return await serve(Server(name="up", url=upstream.url), key("all", servers=("*",)))


async def test_a_needed_login_becomes_a_question_of_the_stateless_era(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway, **OPENS_URLS)
    asked = await client.result("tools/call", CALL)
    question = {name: value for name, value in LOGIN.items() if name != "elicitationId"}
    assert asked["resultType"] == "input_required"
    assert asked["inputRequests"] == {"1": {"method": "elicitation/create", "params": question}}
    answers = {"1": {"action": "accept"}}
    retry = {**CALL, "requestState": asked["requestState"], "inputResponses": answers}
    assert (await client.result("tools/call", retry))["content"] == text("done")["content"]


async def test_a_needed_login_where_the_client_cannot_be_sent_to_one(gateway: RunningGateway, wire: Connect) -> None:
    response = await wire(gateway, elicitation={}).ask("tools/call", CALL)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == MISSING_CAPABILITY
    assert error["data"] == {"requiredCapabilities": {"elicitation": {"url": {}}}}


async def test_a_needed_login_passes_where_it_is_known(gateway: RunningGateway, wire: Connect) -> None:
    session = await wire(gateway, **OPENS_URLS).shake_hands()
    error = (await session.send({"id": 1, "method": "tools/call", "params": CALL})).json()["error"]
    assert error == {
        "code": URL_ELICITATION_REQUIRED,
        "message": "log in first",
        "data": {"elicitations": [LOGIN]},
    }


async def test_a_needed_login_is_told_to_who_does_not_know_it(gateway: RunningGateway, wire: Connect) -> None:
    session = await wire(gateway).shake_hands("2025-06-18")
    result = (await session.send({"id": 1, "method": "tools/call", "params": CALL})).json()["result"]
    assert result["isError"] is True
    assert result["content"][0]["text"] == "log in first\nhttps://login.example/?x=1"


async def test_what_belongs_to_no_call_reaches_the_one_client(
    gateway: RunningGateway, wire: Connect, upstream: ScriptedUpstream
) -> None:
    """Each of the two has its own session at the server, which tells one of them something."""
    client, other = [await wire(gateway, **OPENS_URLS).shake_hands() for _ in range(2)]
    for session in (client, other):
        await session.send({"id": 1, "method": "tools/call", "params": {"name": "up__login"}})
    await upstream.listened(3)
    ended = ("notifications/elicitation/complete", {"elicitationId": "e1"})
    async with asyncio.timeout(15), client.listen() as mine, other.listen() as others:
        await client.send({"id": 2, "method": "logging/setLevel", "params": {"level": "error"}})
        sessions = sorted(upstream.sessions)
        upstream.announce("notifications/message", {"level": "info", "data": "not loud enough"}, sessions[-2])
        upstream.announce(*ended, sessions[-2])
        upstream.announce("notifications/unknown", {"to": "other"}, sessions[-1])
        heard, heard_by_other = await mine.message(), await others.message()
    assert (heard["method"], heard["params"]) == ended
    assert (heard_by_other["method"], heard_by_other["params"]) == ("notifications/unknown", {"to": "other"})


async def test_the_level_of_logs_reaches_the_server(serve: Serve, wire: Connect, upstream: ScriptedUpstream) -> None:
    """On a session of its own as it is asked for; on a shared one only when somebody wants more."""
    gateway = await serve(Server(name="up", url=upstream.url), key("all", servers=("*",)))
    sharing = await serve(Server(name="up", url=upstream.url, isolation="key"), key("all", servers=("*",)))

    async def call(session: WireSession, level: str | None) -> None:
        if level is not None:
            await session.send({"id": 1, "method": "logging/setLevel", "params": {"level": level}})
        await session.send({"id": 2, "method": "tools/call", "params": CALL})

    def told() -> list[str]:
        levels = [message["params"]["level"] for message in upstream.messages("logging/setLevel")]
        upstream.seen.clear()
        return levels

    own, shared = await wire(gateway).shake_hands(), await wire(sharing).shake_hands()
    for session, level, expected in (
        (own, None, []),
        (own, "error", ["error"]),
        (own, "error", []),
        (own, "info", ["info"]),
        (shared, None, []),
        (shared, "warning", []),
        (shared, "info", ["info"]),
        (shared, "error", []),
        (shared, "debug", ["debug"]),
    ):
        await call(session, level)
        assert told() == expected, level
    meta = {"io.modelcontextprotocol/logLevel": "debug"}
    await wire(gateway, sampling={}).result("tools/call", {**CALL, "_meta": meta})
    assert told() == ["debug"], "a connection of its own, since it declares something else"
