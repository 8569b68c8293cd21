"""What changes while clients are connected: lists, resources, keys, and servers that end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from tests.recorded.groups.common import LISTS, call
from tests.recorded.recorder import Client, Scenario, add
from tests.recorded.world import Says, text

SCENARIOS: Final[dict[str, Scenario]] = {}
_EVENT: Final = b"\n\n"
_KINDS: Final = {"toolsListChanged": True, "promptsListChanged": True, "resourcesListChanged": True}


async def _new(_: Any) -> Any:
    return text("new")


@add(SCENARIOS, "lists of a server change")
async def _(client: Client) -> None:
    server = client.world.servers["hs"]
    session = await client.shake_hands()
    headers, message = client.stateless("subscriptions/listen", {"notifications": _KINDS})
    async with session.listen() as stream, client.open("POST", "/mcp", headers, message) as listening:
        await stream.until(_EVENT)
        await listening.until(_EVENT)
        await server.listened()
        server.tools["new"] = _new
        server.announce("notifications/tools/list_changed")
        await stream.until(_EVENT)
        await listening.until(_EVENT)
        await session.ask("tools/call", call("hs__new"))
        server.prompts.append({"name": "later"})
        server.announce("notifications/prompts/list_changed")
        await stream.until(_EVENT)
        await listening.until(_EVENT)
        server.resources.append({"uri": "file:///later", "name": "later"})
        server.announce("notifications/resources/list_changed")
        await stream.until(_EVENT)
        await listening.until(_EVENT)
    for method in LISTS:
        await session.ask(method)


for _name in ("hs", "st"):

    @add(SCENARIOS, f"a resource of {_name} is updated")
    async def _(client: Client, name: str = _name) -> None:
        server, uri = client.world.servers[name], f"file:///{name}"
        session = await client.shake_hands()
        wanted = {"notifications": {"resourceSubscriptions": [uri]}}
        headers, message = client.stateless("subscriptions/listen", wanted)
        async with session.listen() as stream, client.open("POST", "/mcp", headers, message) as listening:
            await stream.until(_EVENT)
            await listening.until(_EVENT)
            await session.ask("resources/subscribe", {"uri": uri})
            await server.listened()
            server.announce("notifications/resources/updated", {"uri": uri, "_meta": {"vendor/x": 1}})
            await stream.until(_EVENT)
            await listening.until(_EVENT)
            await session.ask("resources/unsubscribe", {"uri": uri})
            await session.ask("resources/unsubscribe", {"uri": uri})


@add(SCENARIOS, "access changes")
async def _(client: Client) -> None:
    world = client.world
    session = await client.shake_hands(key="wide")
    headers, message = client.stateless("subscriptions/listen", {"notifications": _KINDS}, key="wide")
    async with session.listen() as stream, client.open("POST", "/mcp", headers, message) as listening:
        await stream.until(_EVENT)
        await listening.until(_EVENT)
        world.change_key("wide", servers=("hs",), tools={"hs": ("add",)})
        await stream.until(_EVENT)
        await listening.until(_EVENT)
        await session.ask("tools/list")
        await session.ask("tools/call", call("hs__echo"))
        await session.ask("tools/call", call("st__add"))
        world.change_key("wide", enabled=False)
        await stream.rest()
        await listening.rest()
    await session.ask("tools/list")
    await client.ask("tools/list", key="wide")


@add(SCENARIOS, "a key ends while its call runs")
async def _(client: Client) -> None:
    world = client.world
    session = await client.shake_hands(key="grouped")
    first = client.message("tools/call", call("hs__gate"))
    first["params"]["_meta"] = {"progressToken": 1}
    headers, message = client.stateless("tools/call", call("hs__gate"), key="grouped", meta={"progressToken": 2})
    async with session.open(first) as stream, client.open("POST", "/mcp", headers, message) as other:
        await stream.until(_EVENT, 4)
        await other.until(_EVENT, 3)
        world.change_key("grouped", enabled=False)
        await stream.rest()
        await other.rest()


@add(SCENARIOS, "a server is switched off")
async def _(client: Client) -> None:
    world = client.world
    session = await client.shake_hands()
    off = replace(world.state.servers["st"], enabled=False)
    world.change(servers={**world.state.servers, "st": off})
    await session.ask("tools/call", call("st__add", a=1))
    await client.ask("tools/call", call("st__add", a=1))
    await client.ask("tools/list", path="/mcp/st")
    await client.ask("server/discover", path="/mcp/st")


@add(SCENARIOS, "a server forgets its sessions")
async def _(client: Client) -> None:
    client.world.servers["hs"].forget_sessions()
    await client.ask("tools/call", call("hs__add", a=1, b=2))
    session = await client.shake_hands()
    await session.ask("tools/call", call("hs__add", a=1, b=2))


for _change in (
    {"prefix": "conflict"},
    {"prefix": "never"},
    {"separator": "."},
    {"max_body_bytes": 300},
    {"allowed_hosts": (), "allowed_origins": (), "cors_origins": ("*",)},
    {"trusted_proxies": ("127.0.0.1/32",)},
):

    @add(SCENARIOS, f"the gateway's settings change to {_change}")
    async def _(client: Client, change: Any = _change) -> None:
        world, forwarded = client.world, {"x_forwarded_for": "10.0.0.1", "x_forwarded_host": "localhost"}
        before = world.state.gateway
        world.change(gateway=replace(before, **change))
        await client.ask("tools/list")
        for tool in ("add", "hs__add", "hs.add"):
            await client.ask("tools/call", call(tool, a=1))
        await client.ask("prompts/get", {"name": "greet"}, path="/mcp/hs")
        await client.post(client.message("tools/call", call("hs__echo", text="x" * 300)))
        await client.get("/v1/models", origin="https://any.example")
        await client.get("/v1/models", host="gateway.example")
        await client.get("/v1/models", "elsewhere", **forwarded)
        world.change(gateway=before)


@add(SCENARIOS, "a key is rotated")
async def _(client: Client) -> None:
    world = client.world
    old, new = world.state.keys["limited"].hash, world.state.keys["slow"].hash
    world.change_key("slow", enabled=False, hash="sha256:none")
    for until in (None, datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)):
        world.change_key("limited", hash=new, previous_hash=old, previous_expires=until)
        for key in ("limited", "slow"):
            await client.ask("tools/call", call("hs__add", a=1), key=key)


@add(SCENARIOS, "a model is taken away while it answers")
async def _(client: Client) -> None:
    world = client.world
    world.answers(Says("hello there, you", hold=asyncio.Event()))
    body = {"model": "chat", "input": "hi", "stream": True}
    async with client.open("POST", "/v1/responses", {"authorization": "Bearer sk-all"}, body) as stream:
        await stream.until(b'"delta":"hello ')
        await stream.until(_EVENT)
        world.change(models={name: model for name, model in world.state.models.items() if name != "chat"})
        await stream.rest()
    await client.model("/v1/responses", body)
    await client.get("/v1/models")
