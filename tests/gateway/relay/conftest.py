from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from mcptui.model import Server
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream

Serve = Callable[..., Awaitable[RunningGateway]]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url, timeout=5),
        Server(name="b", url=b.url, timeout=5, disallowed_tools=("oth*",)),
        key("all", servers=("*",)),
        key("only-a", servers=("a",)),
        key("some", servers=("*",), tools={"a": ("echo", "!prompts", "!resources")}),
        key("nothing", servers=()),
    )
