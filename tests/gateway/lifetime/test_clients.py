"""Who is connected, and disconnecting one client, through the control API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from mcptui.control.client import ControlClient
from mcptui.errors import NotFoundError
from mcptui.gateway.lifetime.clients import connected_clients
from mcptui.gateway.relay.failures import disconnected
from mcptui.model import Server
from mcptui.tasks import start_task
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, tmp_path: Path) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url), key("mine", servers=("*",)), key("other", servers=("*",)), control=tmp_path / "s"
    )


@pytest.fixture
def control(gateway: RunningGateway) -> ControlClient:
    assert gateway.control is not None
    return gateway.control


async def test_sessions_of_one_program_are_one_client(
    gateway: RunningGateway, control: ControlClient, wire: Connect
) -> None:
    assert await control.clients() == []
    await wire(gateway, "mine").shake_hands()
    await wire(gateway, "mine").shake_hands()
    await wire(gateway, "other").shake_hands()
    mine, other = await control.clients()
    assert (mine.name, mine.key, mine.address, mine.sessions) == ("wire 1", "mine", "127.0.0.1", 2)
    assert mine.protocol == "2025-11-25"
    assert mine.since <= mine.last_used
    assert (other.key, other.sessions, other.streams, other.calls) == ("other", 1, 0, 0)
    assert mine.id != other.id


async def test_a_disconnected_client_loses_sessions_and_streams_and_may_come_back(
    gateway: RunningGateway, control: ControlClient, wire: Connect
) -> None:
    session = await wire(gateway, "mine").shake_hands()
    others = await wire(gateway, "other").shake_hands()
    async with asyncio.timeout(10), session.listen() as stream:
        await stream.event()
        (mine,) = [client for client in await control.clients() if client.key == "mine"]
        assert (mine.sessions, mine.streams) == (1, 1)
        assert await control.disconnect(mine.id) == 2
        await stream.rest()
    assert (await session.send({"id": 1, "method": "ping"})).status_code == 404
    assert (await others.send({"id": 1, "method": "ping"})).status_code == 200
    with pytest.raises(NotFoundError, match="no such client"):
        await control.disconnect(mine.id)
    again = await wire(gateway, "mine").shake_hands()
    assert (await again.send({"id": 1, "method": "ping"})).status_code == 200


async def test_a_call_ends_with_the_reason(
    gateway: RunningGateway, control: ControlClient, wire: Connect, a: ScriptedUpstream
) -> None:
    began = asyncio.Event()

    async def endless(incoming: Incoming) -> dict[str, Any]:
        began.set()
        await asyncio.Event().wait()
        return text("never")

    a.tools["echo"] = endless
    async with asyncio.timeout(10):
        asked = start_task(wire(gateway, "mine").ask("tools/call", {"name": "a__echo"}), name="ask")
        await began.wait()
        (client,) = await control.clients()
        assert (client.name, client.calls, client.protocol) == ("", 1, "2026-07-28")
        await control.disconnect(client.id)
        answer = await asked
    assert "The operator of the gateway disconnected this client" in answer.text
    assert disconnected().outcome == "cancelled"


async def test_a_subscription_without_a_session_is_a_stream(
    gateway: RunningGateway, control: ControlClient, wire: Connect
) -> None:
    wanted = {"notifications": {"toolsListChanged": True}}
    async with asyncio.timeout(10), wire(gateway, "mine").open("subscriptions/listen", wanted) as stream:
        await stream.message()
        (client,) = await control.clients()
        assert (client.streams, client.calls) == (1, 0)
        await control.disconnect(client.id)
        (final,) = await stream.rest()
        assert final["result"]["resultType"] == "complete"


async def test_what_the_operator_does_is_no_client(gateway: RunningGateway, control: ControlClient) -> None:
    async for _ in control.call("tools/call", {"name": "a__echo", "arguments": {}}, key="mine"):
        assert connected_clients(gateway.core.lifetimes) == []
