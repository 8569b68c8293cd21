"""What the tests of the handshake era have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from mcptui.model import Server
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire, WireSession

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        key("all", servers=("*",)),
        key("second", servers=("*",)),
    )


@pytest.fixture
async def session(gateway: RunningGateway, wire: Connect) -> WireSession:
    return await wire(gateway, elicitation={}, roots={}).shake_hands()
