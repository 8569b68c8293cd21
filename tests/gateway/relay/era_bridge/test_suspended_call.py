from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.relay.era_bridge.direct_call import Send
from mcptui.gateway.relay.era_bridge.suspended_call import SuspendedCall
from mcptui.gateway.relay.era_bridge.suspended_questions import SuspendedQuestions
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import Ask, Notify
from tests.support.exchanges import exchange
from tests.support.playbook import ReadableSeals

DONE: dict[str, Any] = {"content": []}
EVERYTHING: dict[str, Any] = {"roots": {}, "elicitation": {}}


async def roots(ask: Ask | None) -> dict[str, Any]:
    """What the client has for roots."""
    assert ask is not None
    return await ask("roots/list", {})


def suspended(send: Send) -> SuspendedCall:
    rules = SuspendedQuestions("c1", EVERYTHING, ReadableSeals())
    return SuspendedCall("c1", rules, exchange(era="stateless"), send)


def asks(*ids: str) -> dict[str, Any]:
    requests = {id_: {"method": "roots/list", "params": {}} for id_ in ids}
    return {"resultType": "input_required", "inputRequests": requests, "requestState": "sealed c1"}


async def test_a_call_without_questions_is_never_suspended() -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        return {"got": params}

    call = suspended(send)
    assert await call.result({"name": "t"}, None) == {"got": {"name": "t"}}
    assert not call.is_suspended


@pytest.mark.parametrize("error", [RpcError(-5, "no"), McptuiError("gone"), ZeroDivisionError()])
async def test_errors_are_the_servers(error: Exception) -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        raise error

    with pytest.raises(type(error)) as caught:
        await suspended(send).result({}, None)
    assert caught.value is error


async def test_questions_suspend_it_and_answers_take_it_up() -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        assert ask is not None
        first = await asyncio.gather(roots(ask), roots(ask))
        with pytest.raises(RpcError, match="sampling"):
            await ask("sampling/createMessage", {})
        return {"answers": [*first, await roots(ask)]}

    call = suspended(send)
    assert await call.result({}, None) == asks("1", "2")
    assert call.is_suspended
    assert await call.result({"inputResponses": {"1": {"a": 1}, "2": {"a": 2}}}, None) == asks("3")
    assert call.is_suspended
    result = await call.result({"inputResponses": {"3": {"a": 3}}}, None)
    assert result == {"answers": [{"a": 1}, {"a": 2}, {"a": 3}]}
    assert not call.is_suspended


async def test_what_is_said_reaches_the_request_that_is_there() -> None:
    heard: list[tuple[str, str]] = []

    def listener(name: str) -> Notify:
        async def notify(method: str, params: dict[str, Any]) -> None:
            heard.append((name, method))

        return notify

    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        assert notify is not None
        await notify("one", {})
        answer = start_task(roots(ask), name="ask", awaited=True)
        await away.wait()
        await notify("two", {})
        await answer
        await notify("three", {})
        return DONE

    away = asyncio.Event()
    call = suspended(send)
    await call.result({}, listener("first"))
    away.set()
    await asyncio.sleep(0)
    assert await call.result({"inputResponses": {"1": {}}}, listener("second")) == DONE
    assert heard == [("first", "one"), ("second", "three")]


async def test_a_client_that_takes_no_notifications() -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        assert notify is not None
        await notify("one", {})
        return DONE

    assert await suspended(send).result({}, None) == DONE


async def test_an_answer_that_the_server_no_longer_waits_for() -> None:
    wanted, taken_back = asyncio.Event(), asyncio.Event()

    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        first, second = (start_task(roots(ask), name="ask", awaited=True) for _ in range(2))
        await wanted.wait()
        first.cancel()
        await asyncio.wait([first])
        taken_back.set()
        return await second

    call = suspended(send)
    assert await call.result({}, None) == asks("1", "2")
    wanted.set()
    await taken_back.wait()
    assert await call.result({"inputResponses": {"2": {"a": 1}}}, None) == {"a": 1}


@pytest.mark.parametrize("end", ["the client goes", "cancel"])
async def test_cancelling_cancels_it_at_the_server(end: str) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        begun.set()
        try:
            if end == "cancel":
                await roots(ask)
            await asyncio.Event().wait()
        finally:
            ended.set()
        return DONE

    call = suspended(send)
    waiting = start_task(call.result({}, None), name="call", awaited=True)
    await begun.wait()
    if end == "cancel":
        assert await waiting == asks("1")
        await call.cancel()
    else:
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
    assert ended.is_set()


async def test_a_call_that_never_began_can_be_given_up() -> None:
    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        raise AssertionError

    await suspended(send).cancel()


async def test_a_connection_that_is_closed_under_it_does_not_leave_its_client_waiting() -> None:
    """As when a server is taken away while its connection is opened: nobody here has cancelled the call."""

    async def send(params: dict[str, Any], ask: Ask | None, notify: Notify | None) -> dict[str, Any]:
        raise asyncio.CancelledError

    waiting = start_task(suspended(send).result({}, None), name="call", awaited=True)
    await asyncio.wait([waiting], timeout=5)
    assert waiting.cancelled()
