"""The official SDK's server over every transport and era, and a published server."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, connect
from mcptui.upstream.launch import launch
from mcptui.upstream.negotiation import Negotiated
from mcptui.upstream.server.list_reader import read_lists


async def open_(tools: ConnectionDeps, config: Server, **callbacks: Any) -> Connection:
    identity = Identity(capabilities={"elicitation": {"form": {}}})
    opener = launch if config.is_stdio else connect
    return await opener(config, tools, identity, Negotiated(), lambda *_: None)


async def use_it(connection: Connection) -> None:
    """Every feature once."""
    lists = await read_lists(connection, 20)
    assert {"add", "echo", "fail", "count", "ask"} <= {tool["name"] for tool in lists.tools}
    assert [prompt["name"] for prompt in lists.prompts] == ["greet"]
    assert [item["uri"] for item in lists.resources] == ["notes://today"]
    assert [item["uriTemplate"] for item in lists.templates] == ["notes://{day}"]

    added = await call(connection, "add", {"a": 1, "b": 2})
    assert added["structuredContent"] == {"result": 3}
    assert (await call(connection, "fail", {}))["isError"] is True

    steps: list[float] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        if method == "notifications/progress":
            assert params["progressToken"] == "mine"
            steps.append(params["progress"])

    counted = await call(connection, "count", {"to": 3}, notify=notify, _meta={"progressToken": "mine"})
    assert counted["content"][0]["text"] == "counted to 3"
    assert steps == [1, 2, 3]

    read = Call(method="resources/read", params={"uri": "notes://today"}, timeout=20)
    assert (await connection.request(read))["contents"][0]["text"] == "buy milk"
    prompt = Call(method="prompts/get", params={"name": "greet", "arguments": {"name": "Bo"}}, timeout=20)
    assert "Bo" in (await connection.request(prompt))["messages"][0]["content"]["text"]


async def call(connection: Connection, name: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    notify, ask = more.pop("notify", None), more.pop("ask", None)
    params = {"name": name, "arguments": arguments, **more}
    request = Call(method="tools/call", params=params, notify=notify, ask=ask, timeout=20)
    request.capabilities = {"elicitation": {"form": {}}}
    return await connection.request(request)


async def ask_it(connection: Connection) -> None:
    """A question in the middle of a call."""

    async def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
        assert (method, params["message"]) == ("elicitation/create", "Which colour?")
        return {"action": "accept", "content": {"colour": "red"}}

    result = await call(connection, "ask", {}, ask=answer)
    assert result["content"][0]["text"] == "chose red"


async def test_streamable_http_in_both_eras(tools: ConnectionDeps, sdk_server: str) -> None:
    url = f"{sdk_server}/mcp"
    for version, era in (("auto", "stateless"), ("2026-07-28", "stateless"), ("2025-11-25", "handshake")):
        connection = await open_(tools, Server(name="s", url=url, spec_version=version))  # type: ignore[arg-type]
        assert connection.peer.era == era
        await use_it(connection)
        if era == "handshake":
            await ask_it(connection)
        await connection.close()


async def test_http_with_sse(tools: ConnectionDeps, sdk_server: str) -> None:
    connection = await open_(tools, Server(name="s", url=f"{sdk_server}/sse"))
    assert connection.peer.era == "handshake"
    await use_it(connection)
    await ask_it(connection)
    await connection.close()


@pytest.mark.parametrize(("version", "era"), [("auto", "stateless"), ("2025-11-25", "handshake")])
async def test_stdio_in_both_eras(tools: ConnectionDeps, version: Any, era: str) -> None:
    args = ("-m", "tests.support.sdk_server", "stdio")
    env = {"PYTHONPATH": ":".join(sys.path)}
    connection = await open_(tools, Server(name="s", command=sys.executable, args=args, env=env, spec_version=version))
    assert connection.peer.era == era
    await use_it(connection)
    if era == "handshake":
        await ask_it(connection)
    await connection.close()


async def test_a_published_server(tools: ConnectionDeps) -> None:
    connection = await open_(tools, Server(name="time", command=sys.executable, args=("-m", "mcp_server_time")))
    assert {tool["name"] for tool in (await read_lists(connection, 20)).tools} == {"get_current_time", "convert_time"}
    arguments = {"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo"}
    assert "21:00" in (await call(connection, "convert_time", arguments))["content"][0]["text"]
    await connection.close()
