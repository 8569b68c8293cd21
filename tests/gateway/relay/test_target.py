"""Whose tool, prompt, resource it is; what a key does not see does not exist."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.model import Server
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


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


@pytest.mark.parametrize("tool", ["a__echo", "b__echo"])
@pytest.mark.parametrize("given", [{}, {"arguments": None}, {"arguments": {}}])
async def test_a_tool_gets_an_object_also_where_the_client_gives_none(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream, tool: str, given: dict[str, Any]
) -> None:
    await wire(gateway).result("tools/call", {"name": tool, **given})
    (message,) = [*a.messages("tools/call"), *b.messages("tools/call")]
    assert message["params"]["arguments"] == {}


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


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/call", {"name": "b__echo\ud800"}),
        ("tools/call", {"name": "b__\udfff"}),
        ("prompts/get", {"name": "b__greet\ud800"}),
        ("resources/read", {"uri": "b://deep/\ud800"}),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": "b__\ud800"}}),
        ("completion/complete", {"ref": {"type": "ref/resource", "uri": "b://\ud800"}}),
        ("tasks/get", {"taskId": "\ud800"}),
    ],
)
@pytest.mark.parametrize("path", ["/mcp", "/mcp/b"])
async def test_a_name_with_half_a_character_is_refused(
    gateway: RunningGateway, wire: Connect, b: ScriptedUpstream, method: str, params: dict[str, Any], path: str
) -> None:
    session = await wire(gateway, path=path).shake_hands()
    fault = (await session.send({"id": 1, "method": method, "params": params})).json()["error"]
    assert fault["code"] == -32602
    assert "half of a surrogate pair" in fault["message"]
    assert b.messages(method) == []


async def test_an_argument_with_half_a_character_is_refused_where_a_header_repeats_it(
    serve: Serve, wire: Connect, b: ScriptedUpstream
) -> None:
    region = {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}
    b.definitions["echo"] = {"inputSchema": region}
    gateway = await serve(Server(name="b", url=b.url), key("all", servers=("*",)))
    session = await wire(gateway).shake_hands()
    for arguments, is_refused in (({"region": "\ud800"}, True), ({"other": "\ud800"}, False)):
        call = {"name": "b__echo", "arguments": arguments}
        answer = (await session.send({"id": 1, "method": "tools/call", "params": call})).json()
        assert (answer.get("error", {}).get("code") == -32602) is is_refused, answer


async def test_completing_a_prompt_waits_for_a_server_that_was_never_read(
    serve: Serve, wire: Connect, a: ScriptedUpstream
) -> None:
    go = asyncio.Event()

    async def wait(incoming: Incoming) -> dict[str, Any]:
        await go.wait()
        return {"tools": []}

    a.handlers["tools/list"] = wait
    gateway = await serve(Server(name="a", url=a.url), key("all", servers=("*",)), read=False)
    ref = {"ref": {"type": "ref/prompt", "name": "a__greet"}, "argument": {"name": "n", "value": "v"}}
    async with asyncio.timeout(10):
        asked = asyncio.create_task(wire(gateway).result("completion/complete", ref))
        await a.until(lambda: bool(a.messages("tools/list")))
        go.set()
        assert json.loads((await asked)["completion"]["values"][0])["name"] == "greet"
