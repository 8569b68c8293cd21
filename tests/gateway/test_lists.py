"""Lists and what is not in them, as clients of both eras get them through the whole gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.upstream.server import current_lists
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, Item, ScriptedUpstream, text
from tests.support.wire import Wire, WireSession

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

KEYS = (key("all", servers=("*",)), key("some", servers=("*",), tools={"a": ("echo",)}))
CHANGED = "notifications/tools/list_changed"


def tool(name: str, **more: Any) -> Item:
    return {"name": name, "inputSchema": {"type": "object"}, **more}


async def session(wire: Wire, **capabilities: Any) -> WireSession:
    wire.capabilities = capabilities
    return await wire.shake_hands()


async def names(client: WireSession) -> list[str]:
    response = await client.send({"id": 1, "method": "tools/list", "params": {}})
    return [each["name"] for each in response.json()["result"]["tools"]]


async def test_each_client_sees_what_the_server_shows_it(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    declared: dict[str, Item] = {}

    async def initialize(incoming: Incoming) -> Item:
        declared[f"s{a._session_count + 1}"] = incoming.params["capabilities"]
        return await a._normally(incoming)

    async def listed(incoming: Incoming) -> Item:
        return {"tools": [tool(f"for-{name}") for name in ("all", *sorted(declared[incoming.session or ""]))]}

    a.handlers |= {"initialize": initialize, "tools/list": listed}
    gateway = await serve(Server(name="a", url=a.url), *KEYS)
    plain, roots = await session(wire(gateway)), await session(wire(gateway), roots={})
    apps = await session(wire(gateway), extensions={"io.modelcontextprotocol/ui": {}}, roots={})
    assert await names(plain) == ["a__for-all"]
    assert await names(roots) == ["a__for-all", "a__for-roots"]
    assert await names(apps) == ["a__for-all", "a__for-extensions", "a__for-roots"]
    stateless = wire(gateway)
    stateless.capabilities = {"sampling": {}}
    assert await stateless.names() == ["a__for-all", "a__for-sampling"]
    # A rule counts for what only some clients see, too.
    assert await names(await session(wire(gateway, "some"), roots={})) == []
    assert await names(plain) == ["a__for-all"]


async def test_a_session_that_enables_a_tool_sees_it_alone(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    enabled: dict[str, list[Item]] = {}
    everywhere = [tool("enable"), tool("whoami")]

    async def enable(incoming: Incoming) -> Item:
        enabled[incoming.session or ""] = [tool("enabled")]
        a.announce(CHANGED, session=incoming.session)
        return text("done")

    async def listed(incoming: Incoming) -> Item:
        return {"tools": [*everywhere, *enabled.get(incoming.session or "", [])]}

    async def whoami(incoming: Incoming) -> Item:
        return text(incoming.session or "")

    a.tools |= {"enable": enable, "whoami": whoami}
    a.handlers["tools/list"] = listed
    gateway = await serve(Server(name="a", url=a.url), *KEYS)
    one, two = await session(wire(gateway), roots={}), await session(wire(gateway), roots={})
    async with asyncio.timeout(20), one.listen() as mine, two.listen() as theirs:
        sessions = set()
        for each in (one, two):
            answer = await each.send({"id": 2, "method": "tools/call", "params": {"name": "a__whoami"}})
            sessions.add(answer.json()["result"]["content"][0]["text"])
        await a.until(lambda: sessions <= {session for session, _ in a._listeners})
        await one.send({"id": 3, "method": "tools/call", "params": {"name": "a__enable"}})
        assert (await mine.message())["method"] == CHANGED
        assert await names(one) == ["a__enable", "a__whoami", "a__enabled"]
        assert await names(two) == ["a__enable", "a__whoami"]
        # A change for all is the first thing that the other one hears.
        everywhere.append(tool("for-all"))
        a.announce(CHANGED)
        assert (await theirs.message())["method"] == CHANGED
        assert "a__for-all" in await names(two)


async def test_a_tool_that_the_server_has_gained(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    a.capabilities = {"tools": {}}
    gateway = await serve(Server(name="a", url=a.url), *KEYS)
    client = wire(gateway)
    assert "a__new" not in await client.names()
    a.tools["new"] = a.tools["echo"]
    assert (await client.result("tools/call", {"name": "a__new"}))["content"]
    assert "a__new" in await client.names()
    a.prompts.append({"name": "new"})
    a.resources.append({"uri": "a://new", "name": "new"})
    # A name that nobody knows is looked for, but not again and again.
    refused = await client.ask("prompts/get", {"name": "a__new"})
    assert refused.status_code in (200, 400)
    asked = len(a.messages("tools/list"))
    for _ in range(5):
        assert (await client.ask("tools/call", {"name": "a__nothing"})).status_code == 400
    assert len(a.messages("tools/list")) <= asked + 1


async def test_a_name_that_no_list_has(serve: Serve, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream) -> None:
    async def called(incoming: Incoming) -> Item:
        return text(f"called {incoming.params['name']}")

    a.handlers["tools/call"] = b.handlers["tools/call"] = called
    gateway = await serve(Server(name="a", url=a.url), Server(name="b", url=b.url, allowed_tools=("echo",)), *KEYS)
    unlisted = {"name": "unlisted"}
    result = await wire(gateway, path="/mcp/a").result("tools/call", unlisted)
    assert result["content"][0]["text"] == "called unlisted"
    for who, path in (("some", "/mcp/a"), ("all", "/mcp/b"), ("all", "/mcp"), ("all", "/mcp/a,b")):
        refused = await wire(gateway, who, path).ask("tools/call", unlisted)
        assert refused.json()["error"] == {"code": -32602, "message": "Unknown tool: unlisted"}


@pytest.mark.parametrize("hint", [{"ttlMs": 90_000, "cacheScope": "public"}, {"ttlMs": 0, "cacheScope": "private"}])
async def test_how_long_a_list_may_be_kept(serve: Serve, wire: Connect, b: ScriptedUpstream, hint: Item) -> None:
    async def listed(_: Incoming) -> Item:
        return {"tools": [tool("echo")], **hint}

    b.handlers["tools/list"] = listed
    gateway = await serve(Server(name="b", url=b.url), key("all", servers=("*",)))
    for path in ("/mcp/b", "/mcp"):
        result = await wire(gateway, path=path).result("tools/list")
        assert {name: result[name] for name in hint} == hint


async def test_resources_that_are_in_no_list(
    serve: Serve, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    async def link(_: Incoming) -> Item:
        return {"content": [{"type": "resource_link", "uri": "x://given", "name": "given"}]}

    def reads(name: str) -> Callable[[Incoming], Awaitable[Item]]:
        async def read(incoming: Incoming) -> Item:
            return {"contents": [{"uri": incoming.params["uri"], "text": f"of {name}"}]}

        return read

    page = "ui://b/page.html"
    b.tools["link"], b.definitions["echo"] = link, {"_meta": {"ui": {"resourceUri": page}}}
    a.handlers["resources/read"], b.handlers["resources/read"] = reads("a"), reads("b")
    gateway = await serve(Server(name="a", url=a.url), Server(name="b", url=b.url), *KEYS)
    client = wire(gateway)

    async def text_of(uri: str) -> str:
        return str((await client.result("resources/read", {"uri": uri}))["contents"][0]["text"])

    assert await text_of(page) == "of b"
    assert (await client.ask("resources/read", {"uri": "x://given"})).status_code == 400
    await client.result("tools/call", {"name": "b__link"})
    assert await text_of("x://given") == "of b"
    assert (await wire(gateway, "some").ask("resources/read", {"uri": "x://given"})).status_code == 400


async def test_resources_of_two_servers_under_one_uri(
    serve: Serve, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    b.resources = [{"uri": "a://one", "name": "one"}]
    gateway = await serve(Server(name="a", url=a.url), Server(name="b", url=b.url), *KEYS)
    listed = (await wire(gateway).result("resources/list"))["resources"]
    assert [(each["uri"], each["title"]) for each in listed] == [("a://one", "one (a)"), ("a://one", "one (b)")]
    assert (await wire(gateway, path="/mcp/b").result("resources/list"))["resources"] == b.resources


async def test_a_call_while_a_server_was_never_read(
    serve: Serve, wire: Connect, a: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current_lists, "FIRST_READ", 0.05)

    async def hang(_: Incoming) -> Item:
        await asyncio.Event().wait()
        return {}

    a.handlers["tools/list"] = hang
    gateway = await serve(Server(name="a", url=a.url), *KEYS, read=False)
    for path, name in (("/mcp", "a__echo"), ("/mcp/a", "echo")):
        error = (await wire(gateway, "some", path).ask("tools/call", {"name": name})).json()["error"]
        assert error["data"]["retryable"]
        assert error["message"].startswith("Server a ")
    assert await wire(gateway).names() == []
