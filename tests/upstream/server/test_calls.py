from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.upstream.call import Call, ClientBehind, Connection
from mcptui.upstream.connect import Identity
from mcptui.upstream.errors import BusyError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.lease import Lease, Owner
from mcptui.upstream.pool import PoolFullError
from mcptui.upstream.server import concurrency
from mcptui.upstream.server.breaker import THRESHOLD
from mcptui.upstream.server.calls import Calls
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.vitals import Vitals
from tests.support.running_server import ALICE, Starter, call, use
from tests.support.upstream import Incoming, ScriptedUpstream, text


async def test_latency_is_that_of_the_server_and_not_of_a_person(start: Starter, upstream: ScriptedUpstream) -> None:
    async def asks(incoming: Incoming) -> dict[str, Any]:
        await incoming.ask("elicitation/create", {"message": "?"})
        return text("ok")

    async def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
        return {"action": "decline"}

    upstream.tools["asks"] = asks
    running = await start()
    asking = call("asks")
    asking.ask = answer
    await running.request(asking, ALICE, Identity(capabilities={"elicitation": {}}))
    assert running.status().latency_ms is None
    quiet = call()
    quiet.ask = answer
    await running.request(quiet, ALICE, Identity())
    assert running.status().latency_ms is not None


async def test_a_forgotten_session_is_opened_again_and_the_call_repeated(
    start: Starter, upstream: ScriptedUpstream
) -> None:
    running = await start()
    before = await use(running)
    upstream.forget_sessions()
    assert await use(running) not in (before, "")


@pytest.mark.parametrize("kind", ["refused", "silent", "no-json", "gone"])
async def test_what_becomes_of_the_log_level_is_nothing_to_the_call(
    start: Starter, upstream: ScriptedUpstream, kind: str
) -> None:
    async def badly(request: web.Request) -> web.StreamResponse | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") != "logging/setLevel" or len(upstream.messages("logging/setLevel")) > 1:
            return None
        if kind == "silent":
            await asyncio.Event().wait()
        error = {"code": -32601, "message": "Method not found"}
        return {
            "refused": web.json_response({"jsonrpc": "2.0", "id": message["id"], "error": error}),
            "no-json": web.Response(text="<html>", content_type="text/html"),
            "gone": web.Response(status=404),
        }[kind]

    running = await start(timeout=0.2 if kind == "silent" else 5.0)
    upstream.raw = badly
    asked = call()
    asked.log_level, asked.log_level_asked = "debug", True
    await running.request(asked, ALICE, Identity())
    assert len(upstream.messages("tools/call")) == 1
    assert len(upstream.messages("logging/setLevel")) == (2 if kind == "gone" else 1)


async def test_a_call_that_may_have_run_is_not_repeated(start: Starter, upstream: ScriptedUpstream) -> None:
    running = await start()

    async def cut(request: web.Request) -> web.Response | None:
        if (await request.read()).find(b"tools/call") < 0:
            return None
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    upstream.raw = cut
    with pytest.raises(UpstreamError):
        await use(running)
    assert len(upstream.messages("tools/call")) == 1


async def test_the_servers_own_error_is_no_sign_of_illness(start: Starter) -> None:
    running = await start()
    for _ in range(THRESHOLD + 1):
        with pytest.raises(RpcError):
            await use(running, name="none")
    assert running.status().state == "ready"


async def test_more_requests_than_it_may_get_wait(
    start: Starter, upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "QUEUE", 1)
    go = asyncio.Event()

    async def slow(incoming: Incoming) -> dict[str, Any]:
        await go.wait()
        return text("ok")

    upstream.tools["slow"] = slow
    running = await start(max_concurrent=2)

    def call() -> asyncio.Task[dict[str, Any]]:
        slow_call = Call(method="tools/call", params={"name": "slow"}, timeout=20)
        return asyncio.create_task(running.request(slow_call, Owner("a"), Identity()))

    calls = [call() for _ in range(4)]
    await upstream.until(lambda: len(upstream.messages("tools/call")) == 2)
    with pytest.raises(BusyError):
        await call()
    assert running.status().state == "ready", "that says nothing about the server"
    assert len(upstream.messages("tools/call")) == 2
    go.set()
    assert await asyncio.gather(*calls) == [text("ok")] * 4
    assert running.limit.running == 0


class FakeConnections:
    """Every request ends with ``error``, or with an empty result."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def take_open(self, owner: Owner, identity: Identity) -> None:
        """None is open."""

    async def lease(self, owner: Owner, identity: Identity) -> Lease:
        return Lease(owner, cast("Connection", self), ClientBehind(None)).take()

    async def request(self, call: Call) -> dict[str, Any]:
        if self.error is not None:
            raise self.error
        return {}


class Broken:
    """Calls of a server whose breaker has just become half-open."""

    def __init__(self) -> None:
        self.now = 0.0
        known = Known(Server(name="s", command="x"))
        self.vitals = Vitals(known, lambda: None, lambda: self.now)
        self.connections = FakeConnections()
        self.looks: list[float] = []
        self.limit = concurrency.ConcurrencyLimit(4)
        self._calls = Calls(known, cast("Connections", self.connections), self.vitals, self.limit, self.looks.append)
        for since in range(THRESHOLD):
            self.vitals.failed(UpstreamError("it is down"), since)
        self.now = 1_000.0

    async def call(self, error: BaseException | None = None) -> None:
        self.connections.error = error
        await self._calls.request(call(), ALICE, Identity())


@pytest.mark.parametrize("error", [PoolFullError("all are in use"), BusyError("busy"), asyncio.CancelledError()])
async def test_an_attempt_that_tells_nothing_leaves_the_breaker_half_open(error: BaseException) -> None:
    broken = Broken()
    with pytest.raises(type(error)):
        await broken.call(error)
    assert broken.vitals.breaker.failures == THRESHOLD
    await broken.call()
    assert broken.vitals.breaker.failures == 0
    assert broken.vitals.health.state == "ready"


async def test_one_attempt_at_a_time_while_it_is_half_open() -> None:
    broken = Broken()
    with pytest.raises(UpstreamError, match="still down"):
        await broken.call(UpstreamError("still down"))
    with pytest.raises(UpstreamError, match="unreachable since"):
        await broken.call()
    assert broken.limit.running == 0
    broken.now += 1_000
    with pytest.raises(RpcError, match="my own"):
        await broken.call(RpcError(-5, "my own"))
    assert broken.vitals.breaker.failures == 0, "it answers"


async def test_the_first_failure_has_it_looked_at_soon() -> None:
    broken = Broken()
    await broken.call()
    for _ in range(2):
        with pytest.raises(UpstreamError):
            await broken.call(UpstreamError("it is down"))
    assert broken.looks == [1.0]


@pytest.mark.parametrize("error", [UpstreamTimeoutError("silent", ran=True), UpstreamError("nobody there")])
async def test_calls_that_fail_together_do_not_keep_others_away(error: UpstreamError) -> None:
    broken, failing = Broken(), asyncio.Event()
    await broken.call()

    async def fail(*_: object) -> dict[str, Any]:
        await failing.wait()
        raise error

    broken.connections.request = fail  # type: ignore[assignment,method-assign]
    calls = [asyncio.create_task(broken.call()) for _ in range(4)]
    await asyncio.sleep(0)
    failing.set()
    assert await asyncio.gather(*calls, return_exceptions=True) == [error] * 4
    assert broken.vitals.breaker.failures <= 1
    del broken.connections.request
    await broken.call()
