"""Clients that bring credentials of their own: own sessions, own lists, own failures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.model.auth import BearerToken
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import EventReader, Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


def credential(incoming: Incoming) -> str:
    return incoming.request.headers.get("authorization", "none")


async def who(incoming: Incoming) -> dict[str, Any]:
    return text(f"{credential(incoming)} in {incoming.session}")


async def own_list(incoming: Incoming) -> dict[str, Any]:
    """A list that depends on who asks for it."""
    name = credential(incoming).removeprefix("Bearer ")
    return {"tools": [{"name": each, "inputSchema": {"type": "object"}} for each in ("who", f"only-{name}")]}


@pytest.fixture(params=["handshake", "stateless"])
async def personal(request: pytest.FixtureRequest) -> Any:
    """A server that shows and says something else to everybody."""
    async with ScriptedUpstream(eras=(request.param,), tools={"who": who}) as upstream:
        upstream.handlers["tools/list"] = own_list
        yield upstream


def reads(name: str) -> dict[str, Any]:
    return {"name": name, "arguments": {}}


def as_client(client: Wire, credential_: str, header: str = "x-mcp-auth") -> Wire:
    return Wire(client.http, client.url, {**client.headers, header: credential_}, client.capabilities)


async def said(client: Wire, name: str = "who") -> str:
    result = await client.result("tools/call", reads(name))
    value: str = result["content"][0]["text"]
    return value


async def test_lists_and_sessions_are_kept_apart(serve: Serve, wire: Connect, personal: ScriptedUpstream) -> None:
    server = Server(name="p", url=personal.url, auth=BearerToken(auth_value="own"))
    gateway = await serve(server, key("all", servers=("*",)), key("other", servers=("*",)))
    plain = wire(gateway, path="/mcp/p")
    a, b = as_client(plain, "Bearer a"), as_client(plain, "Bearer b", "x-mcp-p-authorization")
    for client, name in ((plain, "own"), (a, "a"), (b, "b"), (a, "a"), (plain, "own")):
        assert await client.names() == ["who", f"only-{name}"]
        assert (await said(client)).startswith(f"Bearer {name} in ")
    assert len({await said(client) for client in (plain, a, b)}) == 3
    same_credential_of_another_key = as_client(wire(gateway, "other", "/mcp/p"), "Bearer a")
    answers = await asyncio.gather(*(said(client) for client in [a, same_credential_of_another_key] * 4))
    assert set(answers) == {await said(a), await said(same_credential_of_another_key)}
    if personal.eras == ("handshake",):
        assert len(set(answers)) == 2, "a session belongs to one principal"
    assert len(personal.messages("tools/list")) == 4, "each list was read once"


async def test_a_handshake_client_sees_its_own_lists_and_changes(
    serve: Serve, wire: Connect, personal: ScriptedUpstream
) -> None:
    gateway = await serve(Server(name="p", url=personal.url), key("all", servers=("*",)))
    client = as_client(wire(gateway, path="/mcp/p"), "Bearer a")
    session = await client.shake_hands()
    answer = await session.send({"id": 1, "method": "tools/list"})
    assert [tool["name"] for tool in answer.json()["result"]["tools"]] == ["who", "only-a"]
    # One stream for the gateway itself and one for the client's credential.
    await personal.listened(2)
    async with session.listen() as stream:
        personal.announce("notifications/tools/list_changed")
        assert (await stream.message())["method"] == "notifications/tools/list_changed"


async def test_it_works_where_the_gateway_has_no_credential_itself(
    serve: Serve, wire: Connect, personal: ScriptedUpstream
) -> None:
    async def strict(request: web.Request) -> web.Response | None:
        return None if request.headers.get("authorization") == "Bearer good" else web.Response(status=401)

    personal.raw = strict
    gateway = await serve(Server(name="p", url=personal.url, auth=BearerToken()), key("all", servers=("*",)))
    plain = wire(gateway, path="/mcp/p")
    good, bad = as_client(plain, "good"), as_client(plain, "bad")
    assert await good.names() == ["who", "only-good"]
    assert await plain.names() == await bad.names() == []
    assert (await said(good)).startswith("Bearer good")
    for client in (plain, bad):
        error = (await client.ask("tools/call", reads("who"))).json()["error"]
        assert "Server p needs a login" in error["message"]
    assert (await said(good)).startswith("Bearer good"), "who is refused changes nothing for others"
    assert [status.state for status in (each.status() for each in gateway.core.registry.all())] == ["needs_login"]


async def test_headers_are_forwarded_where_the_server_wants_them(
    serve: Serve, wire: Connect, personal: ScriptedUpstream
) -> None:
    wanted = ("X-Request-Id", "Authorization", "X-Litellm-Api-Key", "Mcp-Session-Id")
    gateway = await serve(Server(name="p", url=personal.url, forward_headers=wanted), key("all", servers=("*",)))
    client = wire(gateway, path="/mcp/p")
    client.headers |= {"x-request-id": "one"}
    assert (await said(client)).startswith("none")
    client.headers = {"x-litellm-api-key": "sk-all", "authorization": "Bearer fwd", "x-request-id": "two"}
    assert (await said(client)).startswith("Bearer fwd")
    session = await client.shake_hands()
    client.headers["x-request-id"] = "three"
    await session.send({"id": 1, "method": "tools/call", "params": reads("who")})
    calls = personal.requests("tools/call")
    assert [call.headers["x-request-id"] for call in calls] == ["one", "two", "three"]
    assert session.id not in {call.headers.get("mcp-session-id") for call in calls}
    assert not [seen for seen in personal.seen if "sk-all" in str(seen.headers)]


async def test_the_sse_front(serve: Serve, wire: Connect, personal: ScriptedUpstream) -> None:
    gateway = await serve(Server(name="p", url=personal.url), key("all", servers=("*",)))
    client = as_client(wire(gateway), "Bearer a")
    async with client.http.stream("GET", f"{gateway.url}/sse", headers=client.headers) as response:
        reader = EventReader(response)
        url = gateway.url + (await reader.event()).data.decode()
        hello = {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "w", "version": "1"}}
        for id_, method, params in ((1, "initialize", hello), (2, "tools/list", {}), (3, "tools/call", reads("who"))):
            message = {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}
            if method == "tools/call":
                message["params"] = reads("p__who")
            await client.http.post(url, json=message, headers=client.headers)
            answer = await reader.message()
        assert answer["result"]["content"][0]["text"].startswith("Bearer a in")


async def test_a_header_that_nobody_may_choose(serve: Serve, wire: Connect, personal: ScriptedUpstream) -> None:
    gateway = await serve(Server(name="p", url=personal.url), key("all", servers=("*",)))
    for header in ("x-mcp-p-host", "x-mcp-p-content-length", "x-mcp-p-mcp-session-id"):
        client = as_client(wire(gateway, path="/mcp/p"), "1", header)
        error = (await client.ask("tools/call", reads("who"))).json()["error"]
        assert f"the header {header.removeprefix('x-mcp-p-')} cannot be chosen" in error["message"]


async def test_a_process_says_that_it_takes_none(serve: Serve, wire: Connect) -> None:
    gateway = await serve(Server(name="p", command="cat"), key("all", servers=("*",)), read=False)
    client = as_client(wire(gateway, path="/mcp/p"), "1", "x-mcp-p-token")
    error = (await client.ask("tools/call", reads("who"))).json()["error"]
    assert "is a process on the gateway's machine and takes no headers" in error["message"]


async def test_a_gateway_key_is_no_credential(
    serve: Serve, wire: Connect, personal: ScriptedUpstream, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = await serve(Server(name="p", url=personal.url), key("all", servers=("*",)))
    for header in ("x-mcp-auth", "x-mcp-p-authorization"):
        assert (await said(as_client(wire(gateway, path="/mcp/p"), "Bearer sk-all", header))).startswith("none")
    assert "holds a key of this gateway" in caplog.text
    assert "sk-all" not in caplog.text


async def test_a_changed_server_and_a_lost_key_close_what_was_opened(
    serve: Serve, wire: Connect, personal: ScriptedUpstream
) -> None:
    gateway = await serve(Server(name="p", url=personal.url), key("all", servers=("*",)), key("b", servers=("*",)))
    registry = gateway.core.registry
    for name in ("all", "b"):
        await said(as_client(wire(gateway, name, "/mcp/p"), "Bearer a"))
    assert len(registry.connected()) == 3
    now = gateway.core.snapshot.state
    gateway.put(replace(now, keys={"all": now.keys["all"]}))
    assert len(registry.connected()) == 2
    changed = Server(name="p", url=personal.url, headers={"x": "y"})
    gateway.put(replace(gateway.core.snapshot.state, servers={"p": changed}))
    assert len(registry.connected()) == 1
    assert (await said(as_client(wire(gateway, path="/mcp/p"), "Bearer a"))).startswith("Bearer a")
    gateway.core.end_idle()
    assert len(registry.connected()) == 2, "used a moment ago"
