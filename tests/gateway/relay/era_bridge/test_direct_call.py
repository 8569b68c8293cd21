from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.relay.era_bridge.ask_rounds import AskRounds
from mcptui.gateway.relay.era_bridge.bridge import EraBridge
from mcptui.gateway.relay.era_bridge.direct_call import DirectCall
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import Ask, Notify
from tests.support.exchanges import exchange

DONE: dict[str, Any] = {"content": []}


class Client:
    """Notes what it is told and asked; answers with the method."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[str] = []
        self.withdrawn: list[str] = []
        self.hangs_at = ""
        self.hangs = asyncio.Event()

    async def notify(self, method: str, params: dict[str, Any]) -> None:
        self.told.append((method, params))

    async def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(method)
        try:
            if method == self.hangs_at:
                self.hangs.set()
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.withdrawn.append(method)
            raise
        if method == "sampling/createMessage":
            raise RpcError(-1, "not today")
        return {"to": method}


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def request_of(client: Client) -> Exchange:
    made = exchange(era="handshake")
    made.notify, made.ask = client.notify, client.ask
    return made


async def test_params_go_and_the_result_comes(request_of: Exchange) -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        return {"got": params}

    assert await DirectCall(EraBridge(), request_of, send).result({"name": "t"}) == {"got": {"name": "t"}}


@pytest.mark.parametrize("error", [RpcError(-5, "no"), McptuiError("gone")])
async def test_errors_are_the_servers(request_of: Exchange, error: Exception) -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        raise error

    with pytest.raises(type(error)) as caught:
        await DirectCall(EraBridge(), request_of, send).result({})
    assert caught.value is error


async def test_what_the_server_says_and_asks_meanwhile(request_of: Exchange, client: Client) -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        assert ask is not None
        assert notify is not None
        await notify("notifications/progress", {"progress": 1})
        with pytest.raises(RpcError, match="not today"):
            await ask("sampling/createMessage", {})
        return await ask("roots/list", {})

    assert await DirectCall(EraBridge(), request_of, send).result({}) == {"to": "roots/list"}
    assert client.told == [("notifications/progress", {"progress": 1})]
    assert client.asked == ["sampling/createMessage", "roots/list"]


async def test_who_takes_neither_is_known_to_the_server(request_of: Exchange) -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        assert ask is None
        assert notify is None
        return DONE

    request_of.notify = request_of.ask = None
    assert await DirectCall(EraBridge(), request_of, send).result({}) == DONE


def asking(*methods: str) -> dict[str, Any]:
    return {"resultType": "input_required", "inputRequests": {method: {"method": method} for method in methods}}


async def test_rounds_of_questions(request_of: Exchange, client: Client) -> None:
    sent: list[dict[str, Any]] = []

    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        assert ask is None, "a stateless server asks by its result"
        sent.append(params)
        return asking("roots/list", "elicitation/create") if len(sent) < 3 else DONE

    assert await DirectCall(AskRounds("up", can_ask=True), request_of, send).result({"name": "t"}) == DONE
    answers = {method: {"to": method} for method in ("roots/list", "elicitation/create")}
    assert sent == [{"name": "t"}, *[{"name": "t", "inputResponses": answers}] * 2]


async def test_a_refusal_withdraws_the_other_questions(request_of: Exchange, client: Client) -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        return asking("elicitation/create", "sampling/createMessage")

    client.hangs_at = "elicitation/create"
    with pytest.raises(RpcError, match="not today"):
        await DirectCall(AskRounds("up", can_ask=True), request_of, send).result({})
    await asyncio.sleep(0)
    assert client.withdrawn == ["elicitation/create"]


@pytest.mark.parametrize("hangs_at", ["server", "roots/list"])
async def test_a_cancelled_call_is_cancelled_where_it_waits(
    request_of: Exchange, client: Client, hangs_at: str
) -> None:
    waiting, cancelled = asyncio.Event(), asyncio.Event()

    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        if hangs_at != "server":
            waiting.set()
            return asking("roots/list")
        try:
            waiting.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return DONE

    client.hangs_at = hangs_at
    call = start_task(DirectCall(AskRounds("up", can_ask=True), request_of, send).result({}), name="call", awaited=True)
    await waiting.wait()
    if hangs_at != "server":
        await client.hangs.wait()
    call.cancel()
    await asyncio.wait([call])
    assert call.cancelled()
    await asyncio.sleep(0)
    assert cancelled.is_set() or client.withdrawn == [hangs_at]
