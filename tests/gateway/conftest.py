from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest

from mcptui.gateway.fronts.http import client_watch
from mcptui.gateway.notify import change_notifier as hub
from mcptui.upstream.server import current_lists
from tests.support.gateway import RunningGateway, running_gateway, state
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]


async def echo(incoming: Incoming) -> dict[str, Any]:
    return text(str(incoming.arguments))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bursts need not be waited for, and an answer has one form, however slow the machine is."""
    monkeypatch.setattr(client_watch, "SHOW_LIFE_AFTER", 3600.0)
    monkeypatch.setattr(hub, "COALESCE", 0.0)
    monkeypatch.setattr(current_lists, "COALESCE", 0.0)


@pytest.fixture
async def a() -> AsyncIterator[ScriptedUpstream]:
    """A server with something of everything, of the handshake era."""
    async with ScriptedUpstream(
        tools={"echo": echo, "delete": echo},
        prompts=[{"name": "greet"}],
        resources=[{"uri": "a://one", "name": "one"}],
        templates=[{"uriTemplate": "a://{id}/data", "name": "data"}],
        instructions="About a.",
    ) as upstream:
        yield upstream


@pytest.fixture
async def b() -> AsyncIterator[ScriptedUpstream]:
    """The same of the stateless era."""
    async with ScriptedUpstream(
        eras=("stateless",),
        tools={"echo": echo, "other": echo},
        prompts=[{"name": "greet"}],
        resources=[{"uri": "b://one", "name": "one"}],
        templates=[{"uriTemplate": "b://{+path}", "name": "files"}],
        instructions="About b.",
    ) as upstream:
        yield upstream


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a gateway for servers and keys, its lists read."""
    async with AsyncExitStack() as stack:

        async def start(*entries: Any, control: Any = None, read: bool = True, **more: Any) -> RunningGateway:
            gateway = await stack.enter_async_context(running_gateway(state(*entries, **more), control))
            if read:
                await gateway.read()
            return gateway

        yield start


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(timeout=20, verify=False) as client:  # CA certificates take 50 ms to load
        yield client


@pytest.fixture
def wire(http: httpx2.AsyncClient) -> Callable[..., Wire]:
    """A client of a gateway with the key of this name."""

    def client(gateway: RunningGateway, key: str = "all", path: str = "/mcp", **capabilities: Any) -> Wire:
        return Wire(http, gateway.url + path, {"authorization": f"Bearer sk-{key}"}, capabilities)

    return client
