"""What comes while a call runs: progress, logs, cancellation, and streams that are taken up again."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from tests.recorded.groups.common import VERSIONS, call
from tests.recorded.recorder import Client, Scenario, add

SCENARIOS: Final[dict[str, Scenario]] = {}
_EVENT: Final = b"\n\n"
_LEVELS: Final = (None, "debug", "warning", "emergency")
_LOG: Final = "io.modelcontextprotocol/logLevel"

for _server in ("hs", "st"):

    @add(SCENARIOS, f"stateless, progress of {_server}")
    async def _(client: Client, server: str = _server) -> None:
        for token in ("t", 7, "ä"):
            await client.ask("tools/call", call(f"{server}__steps"), meta={"progressToken": token})
        await client.ask("tools/call", call(f"{server}__steps"))
        await client.ask("tools/call", call(f"{server}__steps"), meta={"progressToken": []})

    for _level in _LEVELS:

        @add(SCENARIOS, f"stateless, logs of {_server} from {_level}")
        async def _(client: Client, server: str = _server, level: Any = _level) -> None:
            await client.ask("tools/call", call(f"{server}__logs"), meta={} if level is None else {_LOG: level})

    for _version in VERSIONS:

        @add(SCENARIOS, f"{_version}, progress and logs of {_server}")
        async def _(client: Client, server: str = _server, version: str = _version) -> None:
            session = await client.shake_hands(version)
            with_token = {**call(f"{server}__steps"), "_meta": {"progressToken": "t"}}
            await session.ask("tools/call", with_token)
            await session.ask("tools/call", with_token, accept="application/json")
            await session.ask("tools/call", call(f"{server}__logs"))
            await session.ask("logging/setLevel", {"level": "critical"})
            await session.ask("tools/call", call(f"{server}__logs"))
            await session.ask("tools/call", call(f"{server}__logs"), accept="application/json")

    @add(SCENARIOS, f"a call of {_server} is cancelled")
    async def _(client: Client, server: str = _server) -> None:
        session = await client.shake_hands()
        message = client.message("tools/call", call(f"{server}__gate"))
        message["params"]["_meta"] = {"progressToken": 1}
        async with session.open(message) as stream:
            await stream.until(_EVENT, 4)
            await session.send({"id": message["id"], "method": "ping"})
            await session.send({"method": "notifications/cancelled", "params": {"requestId": "other"}})
            await session.send({"method": "notifications/cancelled"})
            await session.send({"method": "notifications/cancelled", "params": {"requestId": message["id"]}})
            await stream.rest()

    @add(SCENARIOS, f"a stream of {_server} is taken up again")
    async def _(client: Client, server: str = _server) -> None:
        client.world.gate.clear()
        session = await client.shake_hands()
        message = client.message("tools/call", call(f"{server}__gate"))
        message["params"]["_meta"] = {"progressToken": 1}
        async with session.open(message) as stream:
            await stream.until(_EVENT, 4)
        async with session.listen(last_event_id="s1-1") as again:
            await again.until(_EVENT, 2)
            client.world.gate.set()
            await again.rest()
        client.world.gate.clear()
        async with session.listen(last_event_id="s1-4") as over:
            await over.rest()
        async with session.listen(last_event_id="s1-0") as whole:
            await whole.rest()
        for wrong in ("s9-1", "s1", "x", "", "s1-x"):
            async with session.listen(last_event_id=wrong) as refused:
                await refused.rest()


@add(SCENARIOS, "a plain call is cancelled")
async def _(client: Client) -> None:
    session = await client.shake_hands()
    message = client.message("tools/call", call("hs__hang"))
    cancel = {"method": "notifications/cancelled", "params": {"requestId": message["id"], "reason": "enough"}}

    running = asyncio.create_task(session.send(message))
    await client.world.called("hs", "hang")
    await session.send(cancel)
    await running


@add(SCENARIOS, "a batch with progress")
async def _(client: Client) -> None:
    session = await client.shake_hands("2025-03-26")
    message = client.message("tools/call", call("hs__steps"))
    message["params"]["_meta"] = {"progressToken": 1}
    await session.send([message])


@add(SCENARIOS, "the stream of a session")
async def _(client: Client) -> None:
    for version in VERSIONS:
        session = await client.shake_hands(version)
        async with session.listen() as stream:
            if version == "2025-11-25":
                await stream.until(_EVENT)
            await session.delete()
            await stream.rest()


@add(SCENARIOS, "the stream of a session that is taken up again")
async def _(client: Client) -> None:
    session = await client.shake_hands()
    for position in ("get-0", "get-5", "get-x"):
        async with session.listen(last_event_id=position) as stream:
            if stream.reply.status != 200:
                await stream.rest()


@add(SCENARIOS, "listen")
async def _(client: Client) -> None:
    filters: list[Any] = [
        {},
        {"toolsListChanged": True},
        {"toolsListChanged": True, "promptsListChanged": True, "resourcesListChanged": True},
        {"toolsListChanged": False, "unknown": True},
        {"resourceSubscriptions": ["file:///hs", "file:///st", "file:///none", 5]},
        {"resourceSubscriptions": []},
    ]
    for wanted in filters:
        headers, message = client.stateless("subscriptions/listen", {"notifications": wanted})
        async with client.open("POST", "/mcp", headers, message) as stream:
            await stream.until(_EVENT)


@add(SCENARIOS, "listen, refused")
async def _(client: Client) -> None:
    await client.ask("subscriptions/listen")
    await client.ask("subscriptions/listen", {"notifications": []})
    await client.ask("subscriptions/listen", {"notifications": {"resourceSubscriptions": "file:///hs"}})
    session = await client.shake_hands()
    await session.ask("subscriptions/listen", {"notifications": {}})
