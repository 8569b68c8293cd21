"""What servers say outside of requests, through the control API."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from mcptui.control.client import ControlClient
from mcptui.model import Server
from mcptui.model.runtime import ACKNOWLEDGED, FAILED, ServerNotification
from tests.support.gateway import RunningGateway, key, running_gateway, state
from tests.support.upstream import ScriptedUpstream

Serve = Callable[..., Awaitable[RunningGateway]]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream, tmp_path: Path) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        key("only-a", servers=("a",)),
        control=tmp_path / "s",
    )


@pytest.fixture
def control(gateway: RunningGateway) -> ControlClient:
    assert gateway.control is not None
    return gateway.control


async def begun(stream: AsyncGenerator[ServerNotification, None]) -> str:
    """Wait until nothing is missed any more; the server."""
    first = await anext(stream)
    assert first.method == ACKNOWLEDGED
    return first.server


async def test_changed_lists_are_told(control: ControlClient, a: ScriptedUpstream) -> None:
    async with asyncio.timeout(10), aclosing(control.notifications()) as stream:
        await begun(stream)
        await a.listened()
        a.announce("notifications/tools/list_changed")
        assert (await anext(stream)).method == "notifications/tools/list_changed"


async def test_updates_of_a_resource(gateway: RunningGateway, control: ControlClient, a: ScriptedUpstream) -> None:
    async with asyncio.timeout(10):
        async with aclosing(control.updates("a://one", "only-a")) as stream:
            assert await begun(stream) == "a"
            assert [call["params"]["uri"] for call in a.messages("resources/subscribe")] == ["a://one"]
            await a.listened()
            a.announce("notifications/resources/updated", {"uri": "a://one"})
            heard = await anext(stream)
            assert (heard.server, heard.params["uri"]) == ("a", "a://one")
        await a.until(lambda: bool(a.messages("resources/unsubscribe")))


async def test_what_no_server_has_is_refused(control: ControlClient) -> None:
    async with asyncio.timeout(10), aclosing(control.updates("c://none")) as stream:
        (refused,) = [heard async for heard in stream]
    assert refused.method == FAILED
    assert refused.params["message"].startswith("not subscribed to c://none")


async def test_a_key_that_is_disabled_hears_nothing(gateway: RunningGateway, control: ControlClient) -> None:
    async with asyncio.timeout(10), aclosing(control.notifications("only-a")) as stream:
        await begun(stream)
        now = gateway.core.snapshot.state
        gateway.put(replace(now, keys={"only-a": replace(now.keys["only-a"], enabled=False)}))
        assert [heard async for heard in stream] == []
    async with asyncio.timeout(10), aclosing(control.notifications("only-a")) as stream:
        (refused,) = [heard async for heard in stream]
    assert refused.params["message"] == "Key only-a is disabled or has expired."


@pytest.mark.npm
async def test_server_everything(tmp_path: Path) -> None:
    modules = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
    script = modules / "@modelcontextprotocol/server-everything/dist/index.js"
    server = Server(name="all", command=str(modules / "node/bin/node"), args=(str(script), "stdio"))
    uri = "demo://resource/dynamic/text/1"
    desired = state(server, key("k", servers=("all",)))
    async with asyncio.timeout(60), running_gateway(desired, tmp_path / "s") as gateway:
        await gateway.read()
        control = gateway.control
        assert control is not None
        async with aclosing(control.notifications("k")) as said, aclosing(control.updates(uri, "k")) as updates:
            await begun(said)
            assert await begun(updates) == "all"
            for name in ("all__toggle-simulated-logging", "all__toggle-subscriber-updates"):
                async for event in control.call("tools/call", {"name": name, "arguments": {}}, key="k"):
                    assert event.type != "error", event.value
            while (heard := await anext(said)).method != "notifications/message":
                assert heard.method.endswith("list_changed")
            assert heard.server == "all"
            assert (await anext(updates)).params["uri"] == uri
