"""Canaries: what is secret stays where it belongs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.model.auth import BearerToken
from mcptui.model.server import Isolation
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

UPSTREAM = "upstream-canary"
GATEWAY = "sk-canary"


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    where: dict[str, Any] = {"auth": BearerToken(auth_value="${secret:up}")}
    gateway = await serve(
        Server(name="a", url=a.url + "?token=${secret:up}", headers={"X-Own": "${secret:up}"}, **where),
        Server(name="b", url=b.url, forward_headers=("X-Request-Id", "Authorization"), **where),
        key("canary", servers=("*",)),
        read=False,
    )
    gateway.secrets.set("up", UPSTREAM)
    for name in ("a", "b"):
        await gateway.core.registry.reopen(name)
    await gateway.read()
    return gateway


async def use_everything(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream) -> list[str]:
    """Successes and failures of all kinds; what the client was told."""
    told = []

    async def leaky(incoming: Incoming) -> dict[str, Any]:
        return text("ok")

    a.tools["echo"] = leaky
    for headers in (
        {"authorization": f"Bearer {GATEWAY}"},
        {"x-litellm-api-key": f"Bearer {GATEWAY}"},
        {"x-mcptui-key": GATEWAY},
    ):
        client = wire(gateway)
        client.headers = headers
        session = await client.shake_hands()
        for name in ("a__echo", "b__echo", "none"):
            told.append((await client.ask("tools/call", {"name": name, "arguments": {"x": 1}})).text)
            call = {"id": 1, "method": "tools/call", "params": {"name": name}}
            told.append((await session.send(call)).text)

    async def down(request: web.Request) -> web.Response:
        return web.Response(status=401, text=UPSTREAM)

    a.raw = b.raw = down
    for name in ("a__echo", "b__echo"):
        told.append((await client.ask("tools/call", {"name": name})).text)  # noqa: PERF401
    for path in ("/mcp", "/mcp/a"):
        wrong = wire(gateway, path=path)
        wrong.headers = {"authorization": f"Bearer {GATEWAY}-wrong"}
        told.append((await wrong.ask("tools/list")).text)
    return told


async def test_a_gateway_key_goes_to_no_server_and_nothing_secret_is_told(
    gateway: RunningGateway,
    wire: Connect,
    a: ScriptedUpstream,
    b: ScriptedUpstream,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    told = await use_everything(gateway, wire, a, b)
    await gateway.core.recorder.flush()
    for upstream in (a, b):
        assert upstream.messages("tools/call")
        for seen in upstream.seen:
            assert seen.headers["authorization"] == f"Bearer {UPSTREAM}"
            assert GATEWAY not in repr(seen)
    statuses = [asdict(server.status()) for server in gateway.core.registry.all()]
    recorded = [asdict(record) for record in gateway.records]
    assert len(recorded) >= 10
    for place in (caplog.text, repr(told), repr(statuses), repr(recorded), repr(gateway.core.snapshot.state)):
        assert GATEWAY not in place
        assert UPSTREAM not in place


async def test_records_mask_what_looks_secret(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway, "canary")
    arguments = {"api_key": "argument-canary", "deep": [{"Password": "argument-canary", "n": 1}], "plain": "seen"}
    await client.result("tools/call", {"name": "b__echo", "arguments": arguments})
    (record,) = gateway.core.recorder.recent()[-1:]
    assert "argument-canary" not in repr(record.params)
    assert record.params["arguments"]["plain"] == "seen"
    assert record.key == "canary"


@pytest.mark.parametrize("isolation", ["session", "key", "shared"])
async def test_what_belongs_to_a_call_is_on_no_stream_of_another_key(
    serve: Serve, wire: Connect, a: ScriptedUpstream, isolation: Isolation
) -> None:
    """Neither its result nor what the server says meanwhile, on whatever stream, also where keys share a session."""
    canary = "canary-of-one"

    async def tells(incoming: Incoming) -> dict[str, Any]:
        await incoming.notify("notifications/message", {"level": "error", "data": canary})
        await incoming.notify("notifications/progress", {"progressToken": 7, "progress": 1, "message": canary})
        return text(canary)

    a.tools["echo"] = tells
    gateway = await serve(
        Server(name="a", url=a.url, isolation=isolation), key("one", servers=("*",)), key("two", servers=("*",))
    )
    one, two = await wire(gateway, "one").shake_hands(), await wire(gateway, "two").shake_hands()
    await two.send({"id": 1, "method": "tools/call", "params": {"name": "a__delete", "arguments": {"mine": 1}}})
    heard: list[Any] = []
    async with asyncio.timeout(20), two.listen() as ears:
        for token in (7, "of-one"):
            asked = {"name": "a__echo", "arguments": {}, "_meta": {"progressToken": token}}
            async with one.open(2, "tools/call", asked) as answer:
                assert canary in repr(await answer.rest())
        if isolation != "shared":
            # Beside all calls, in the session that is of one alone.
            session = a.requests("tools/call")[-1].headers["mcp-session-id"]
            await a.listened(2)
            a.announce("notifications/message", {"level": "error", "data": canary}, session)
        a.announce("notifications/tools/list_changed")
        while not heard or heard[-1]["method"] != "notifications/tools/list_changed":
            heard.append(await ears.message())
    assert canary not in repr(heard)
