"""Whose tool, prompt, resource it is; what a key does not see does not exist."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


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


async def error(client: Wire, method: str, params: dict[str, Any]) -> tuple[int, int, str]:
    response = await client.ask(method, params)
    fault = response.json()["error"]
    name = params.get("name") or params.get("uri") or json.dumps(params.get("ref"))
    return response.status_code, fault["code"], fault["message"].replace(str(name), "*")


async def test_calls_reach_the_right_server_under_its_own_name(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    client = wire(gateway)
    await client.result("tools/call", {"name": "a__echo", "arguments": {"n": 1}})
    await client.result("tools/call", {"name": "b__echo", "arguments": {"n": 2}})
    for upstream, n in ((a, 1), (b, 2)):
        (message,) = upstream.messages("tools/call")
        assert (message["params"]["name"], message["params"]["arguments"]) == ("echo", {"n": n})


async def test_integers_of_any_size(gateway: RunningGateway, wire: Connect) -> None:
    for name in ("a__echo", "b__echo"):
        result = await wire(gateway, elicitation={}).result("tools/call", {"name": name, "arguments": {"n": 2**70}})
        assert str(2**70) in result["content"][0]["text"]


async def test_bare_names_where_they_are_clear(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    client = wire(gateway)
    await client.result("tools/call", {"name": "delete"})
    assert a.messages("tools/call")[0]["params"]["name"] == "delete"
    assert (await error(client, "tools/call", {"name": "echo"}))[1] == -32602
    await wire(gateway, "only-a").result("tools/call", {"name": "echo"})


async def test_hidden_is_unknown_by_every_name_and_path(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    client = wire(gateway, "some")
    assert await client.names() == ["a__echo", "b__echo"]
    unknown = await error(client, "tools/call", {"name": "no-such-tool"})
    for name in (
        "a__delete",
        "delete",
        "A__DELETE",
        "a__Delete",
        "a_delete",
        "a-delete",
        "b__delete",
        "b__other",
        "other",
    ):
        for path in ("/mcp", "/mcp/a", "/a/mcp", "/mcp/b", "/mcp/a,b"):
            assert await error(client.at(path), "tools/call", {"name": name}) == unknown, (name, path)
    scoped = wire(gateway, "some")
    scoped.headers["x-mcp-servers"] = "a"
    assert await error(scoped, "tools/call", {"name": "delete"}) == unknown
    assert a.messages("tools/call") == b.messages("tools/call") == []


async def test_prompts_and_resources_can_be_taken_away(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    client = wire(gateway, "some")
    assert await client.names("prompts/list") == ["b__greet"]
    assert await client.names("resources/list") == ["b://one"]
    assert await client.names("resources/templates/list") == ["b://{+path}"]
    same: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "prompts/get": ({"name": "a__greet"}, {"name": "none"}),
        "resources/read": ({"uri": "a://one"}, {"uri": "none://x"}),
        "completion/complete": (
            {"ref": {"type": "ref/prompt", "name": "a__greet"}, "argument": {"name": "n", "value": ""}},
            {"ref": {"type": "ref/prompt", "name": "none"}, "argument": {"name": "n", "value": ""}},
        ),
    }
    for method, (hidden, unknown) in same.items():
        first, second = await error(client, method, hidden), await error(client, method, unknown)
        assert first[:2] == second[:2], method
    assert not any(a.messages(method) for method in same)


async def test_a_key_that_may_nothing_sees_nothing(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway, "nothing")
    for method in ("tools/list", "prompts/list", "resources/list", "resources/templates/list"):
        assert await client.names(method) == []
    discovered = await client.result("server/discover")
    assert set(discovered["capabilities"]) == {"tools"}
    assert "instructions" not in discovered


async def test_prompts(gateway: RunningGateway, wire: Connect, b: ScriptedUpstream) -> None:
    client = wire(gateway)
    assert await client.names("prompts/list") == ["a__greet", "b__greet"]
    result = await client.result("prompts/get", {"name": "b__greet"})
    assert result["messages"][0]["content"]["text"] == "greet"
    assert b.requests("prompts/get")[0].headers["mcp-name"] == "greet"


async def test_resources_by_list_by_template_and_alone(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    client = wire(gateway)
    for uri in ("a://one", "a://5/data", "b://one", "b://deep/er/file"):
        assert (await client.result("resources/read", {"uri": uri}))["contents"][0]["uri"] == uri
    assert len(a.messages("resources/read")) == len(b.messages("resources/read")) == 2
    status, code, _ = await error(client, "resources/read", {"uri": "a://5/6/data"})
    assert (status, code) == (400, -32602)
    await wire(gateway, path="/mcp/a").result("resources/read", {"uri": "unlisted://x"})
    assert a.messages("resources/read")[-1]["params"]["uri"] == "unlisted://x"


async def test_completion(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway)
    for ref, there in (
        ({"type": "ref/prompt", "name": "b__greet"}, {"type": "ref/prompt", "name": "greet"}),
        ({"type": "ref/resource", "uri": "a://{id}/data"}, {"type": "ref/resource", "uri": "a://{id}/data"}),
    ):
        params = {"ref": ref, "argument": {"name": "n", "value": "v"}, "context": {"arguments": {"x": "y"}}}
        result = await client.result("completion/complete", params)
        assert json.loads(result["completion"]["values"][0]) == there


async def test_methods_of_extensions_go_to_the_only_server(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    async def extension(incoming: Incoming) -> dict[str, Any]:
        return {"own": incoming.params["x"]}

    a.handlers["vendor/method"] = extension
    assert (await wire(gateway, path="/mcp/a").result("vendor/method", {"x": [None]}))["own"] == [None]
    response = await wire(gateway).ask("vendor/method", {"x": 1})
    assert response.status_code == 404


@pytest.mark.parametrize("server", ["a", "b"])
async def test_a_task_is_known_to_who_started_it(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream, server: str
) -> None:
    upstream = a if server == "a" else b

    async def begin(incoming: Incoming) -> dict[str, Any]:
        return {"task": {"taskId": "t1"}} if server == "a" else {"resultType": "task", "taskId": "t1"}

    async def get(incoming: Incoming) -> dict[str, Any]:
        return {"status": "working", "of": incoming.params["taskId"]}

    upstream.tools["echo"], upstream.handlers["tasks/get"] = begin, get
    client = wire(gateway)
    await client.result("tools/call", {"name": f"{server}__echo"})
    assert (await client.result("tasks/get", {"taskId": "t1"}))["of"] == "t1"
    for other in (wire(gateway, "only-a"), wire(gateway, "some", f"/mcp/{server}")):
        assert (await other.ask("tasks/get", {"taskId": "t1"})).status_code in (400, 404)
    now = gateway.core.snapshot.state
    gateway.put(replace(now, keys={**now.keys, "all": key("all", servers=("b" if server == "a" else "a",))}))
    assert (await client.ask("tasks/get", {"taskId": "t1"})).json()["error"]["code"] == -32602
    assert len(upstream.messages("tasks/get")) == 1


async def test_nothing_gets_lost_on_the_way(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    odd = {
        "title": "T", "icons": [{"src": "https://x/y.png", "vendor": None}], "_meta": {"own": None},
        "vendor": {"k": [1.0]}, "annotations": {"readOnlyHint": True, "own": 1},
        "inputSchema": {"$defs": {"a": {"default": None}}, "definitions": {}, "$anchor": "x", "type": "object"},
    }  # fmt: skip
    result = {
        "content": [{"type": "newer", "x": None}, {"type": "text", "text": "ü", "annotations": {"own": None}}],
        "structuredContent": {"n": None, "big": 2**70, "f": 1.0},
        "vendor": None,
        "_meta": {"own": None},
    }

    async def whole(incoming: Incoming) -> dict[str, Any]:
        assert incoming.arguments == {"null": None, "big": 2**70}
        assert incoming.params["vendor"] == [None]
        return result

    a.tools["odd"], a.definitions["odd"] = whole, odd
    await gateway.core.registry.reopen("a")
    await gateway.read()
    session = await wire(gateway, path="/mcp/a").shake_hands()
    listed = (await session.send({"id": 1, "method": "tools/list"})).json()["result"]["tools"][-1]
    assert listed == {"name": "odd", **odd}
    assert list(listed) == ["name", "inputSchema", *[name for name in odd if name != "inputSchema"]]
    call = {"name": "odd", "arguments": {"null": None, "big": 2**70}, "vendor": [None]}
    assert (await session.send({"id": 2, "method": "tools/call", "params": call})).json()["result"] == result


# -- servers that fail --------------------------------------------------------------------------------------


async def test_a_hanging_server_holds_up_nobody(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    async def hang(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    a.raw = hang
    client = wire(gateway)
    stuck = [asyncio.create_task(client.ask("tools/call", {"name": "a__echo"})) for _ in range(20)]
    async with asyncio.timeout(4):
        await a.until(lambda: len(a.messages("tools/call")) >= 20)
        for _ in range(5):
            await client.result("tools/call", {"name": "b__echo"})
        assert await client.names() == ["a__echo", "a__delete", "b__echo"]
        assert (await wire(gateway).ask("server/discover")).status_code == 200
    for task in stuck:
        task.cancel()
    await asyncio.wait(stuck)


async def test_a_server_that_is_down_is_named_with_the_reason(
    gateway: RunningGateway, wire: Connect, b: ScriptedUpstream
) -> None:
    async def down(request: web.Request) -> web.Response:
        return web.Response(status=503)

    b.raw = down
    for _ in range(4):
        response = await wire(gateway).ask("tools/call", {"name": "b__echo"})
        fault = response.json()["error"]
        assert fault["code"] == -31001
        assert fault["message"].startswith("Server b failed: ")
        assert "503" in fault["message"]
        assert fault["data"]["server"] == "b"
    assert "since" in fault["message"]
    assert fault["data"]["retryable"] is True
    assert await wire(gateway).names() == ["a__echo", "a__delete", "b__echo"], "its tools stay listed"


async def test_a_server_that_comes_and_goes_is_named_and_the_others_go_on(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    count = 0

    async def flap(request: web.Request) -> web.Response | None:
        nonlocal count
        if b'"tools/call"' not in await request.read():
            return None
        count += 1
        return web.Response(status=503) if count % 2 else None

    a.raw = flap
    client = wire(gateway)
    outcomes = set()
    for _ in range(12):
        answer = (await client.ask("tools/call", {"name": "a__echo"})).json()
        outcomes.add("error" in answer)
        assert "error" not in answer or "Server a failed: " in answer["error"]["message"]
        assert "result" in (await client.ask("tools/call", {"name": "b__echo"})).json()
    assert outcomes == {True, False}
    a.raw = None
    await client.result("tools/call", {"name": "a__echo"})
    states = {server.config.name: server.status() for server in gateway.core.registry.all()}
    assert (states["a"].state, states["b"].state) == ("degraded", "ready")
    assert "it comes and goes: failed" in str(states["a"].reason)
    assert "503" in str(states["a"].reason)


async def test_a_slow_server_is_told_apart(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    async def hang(incoming: Incoming) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    gateway = await serve(Server(name="a", url=a.url), key("all", servers=("*",)))
    a.tools["echo"] = hang
    # Connecting may take its time on a busy machine; only the call is to be slow.
    await wire(gateway).result("tools/call", {"name": "a__delete"})
    running = gateway.core.registry.get("a")
    assert running is not None
    running.config = replace(running.config, timeout=0.5)
    response = await wire(gateway).ask("tools/call", {"name": "a__echo"})
    fault = response.json()["error"]
    assert (fault["code"], fault["data"]["retryable"]) == (-31002, False)


@pytest.mark.parametrize("code", [-32020, -32022])
async def test_our_own_mistakes_are_not_the_clients(
    gateway: RunningGateway, wire: Connect, b: ScriptedUpstream, code: int
) -> None:
    async def refuse(incoming: Incoming) -> dict[str, Any]:
        raise RpcError(code, "bad header")

    b.tools["echo"] = refuse
    response = await wire(gateway).ask("tools/call", {"name": "b__echo"})
    assert response.json()["error"]["code"] == -32603


async def test_internals_never_show(
    gateway: RunningGateway, wire: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("internal detail")

    monkeypatch.setattr(gateway.core.relay, "_tool", broken)
    session = await wire(gateway).shake_hands()
    responses = [
        await wire(gateway).ask("tools/call", {"name": "a__echo"}),
        await session.send({"id": 1, "method": "tools/call", "params": {"name": "a__echo"}}),
    ]
    for response in responses:
        fault = response.json()["error"]
        assert fault["code"] == -32603
        assert "internal detail" not in response.text
        assert fault["data"]["request"] in caplog.text
    assert "internal detail" in caplog.text


async def test_many_clients_with_the_same_ids(gateway: RunningGateway, wire: Connect, http: httpx2.AsyncClient) -> None:
    """Every client counts from the same number; every answer finds its own."""

    async def one(n: int) -> None:
        client = wire(gateway, "all" if n % 2 else "only-a")
        result = await client.result("tools/call", {"name": "a__echo", "arguments": {"n": n}})
        assert result["content"] == text(str({"n": n}))["content"]

    await asyncio.gather(*(one(n) for n in range(40)))


async def test_calls_wait_for_a_server_that_was_never_read(serve: Serve, wire: Connect, a: ScriptedUpstream) -> None:
    go = asyncio.Event()

    async def wait(incoming: Incoming) -> dict[str, Any]:
        await go.wait()
        return {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}

    a.handlers["tools/list"] = wait
    gateway = await serve(
        Server(name="a", url=a.url),
        key("all", servers=("*",)),
        key("denied", servers=("a",), tools={"a": ()}),
        read=False,
    )
    async with asyncio.timeout(10):
        listing = asyncio.create_task(wire(gateway).names())
        call = asyncio.create_task(wire(gateway, path="/mcp/a").result("tools/call", {"name": "echo"}))
        denied = asyncio.create_task(wire(gateway, "denied", "/mcp/a").ask("tools/call", {"name": "echo"}))
        await a.until(lambda: bool(a.messages("tools/list")))
        go.set()
        assert await listing == ["a__echo"]
        assert (await call)["content"]
        assert (await denied).json()["error"] == {"code": -32602, "message": "Unknown tool: echo"}
