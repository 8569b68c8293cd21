"""One running server for tests: what it announces, and calls to it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from mcptui.upstream.call import Call
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.lists import Lists
from mcptui.upstream.server.server import UpstreamServer
from tests.support.upstream import Incoming, text

ALICE, BOB = Owner("key:alice"), Owner("key:bob")

Starter = Callable[..., Awaitable[UpstreamServer]]


class Watcher:
    """Hears the events of a server."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        #: What everybody was shown at the first event of each name.
        self.shown: dict[str, Lists] = {}
        self._heard = asyncio.Event()

    def __call__(self, server: UpstreamServer, event: str, params: dict[str, Any], source: Owner) -> None:
        self.events.append((event, params))
        self.shown.setdefault(event, server.lists)
        self._heard.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self._heard.clear()
                await self._heard.wait()


def stdio(*kinds: str) -> dict[str, Any]:
    return {
        "command": sys.executable,
        "args": ("-m", "tests.support.stdio_server", *kinds),
        "env": {"PYTHONPATH": ":".join(sys.path)},
        "spec_version": "2025-11-25",
    }


def call(name: str = "t", **more: Any) -> Call:
    return Call(method="tools/call", params={"name": name, **more}, timeout=5)


async def ok(incoming: Incoming) -> dict[str, Any]:
    return text(incoming.session or "")


async def use(target: UpstreamServer, owner: Owner = ALICE, name: str = "t", **identity: Any) -> str:
    said: str = (await target.request(call(name), owner, Identity(**identity)))["content"][0]["text"]
    return said
