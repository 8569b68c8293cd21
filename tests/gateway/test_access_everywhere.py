"""One decision on every path: generated states, asked through each door of the gateway and the command line."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.types import ASGIApp

from mcptui.access import Access, decide
from mcptui.cli.main import main
from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.fronts.http.app import build_app
from mcptui.model import Server, State
from mcptui.protocol.versions import LATEST_HANDSHAKE
from mcptui.services.workspace import Workspace
from mcptui.state.loaded import Loaded
from tests.support.access_states import access_state
from tests.support.gateway import RunningGateway, key, running_gateway, state
from tests.support.in_process import Answered, post
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

TOOLS = ("read", "read_private", "write")
SERVERS = ("a", "b", "c")
UNKNOWN = -32602


@dataclass
class Doors:
    """Every way in, with one handshake session that outlives all states."""

    gateway: RunningGateway
    app: ASGIApp
    control: ControlCalls
    session: str = ""
    ids: Any = field(default_factory=lambda: iter(range(1, 10**6)))
    #: Makes stateless requests; nothing is sent with it.
    wire: Any = field(default_factory=lambda: Wire(None, "", {}))  # type: ignore[arg-type]

    async def handshake(self, method: str, params: dict[str, Any]) -> Answered:
        """A request in the session."""
        message = {"jsonrpc": "2.0", "id": next(self.ids), "method": method, "params": params}
        headers = {"x-mcptui-key": "sk-k", "accept": "application/json"}
        if self.session:
            headers |= {"mcp-session-id": self.session, "mcp-protocol-version": LATEST_HANDSHAKE}
        return await post(self.app, "/mcp", message, headers)

    async def stateless(self, method: str, params: dict[str, Any] | None = None, path: str = "/mcp") -> Answered:
        """A request of its own."""
        message, headers = self.wire.stateless(method, params)
        return await post(self.app, path, message, {**headers, "authorization": "Bearer sk-k"})

    async def listed(self, method: str, path: str = "/mcp") -> set[str]:
        """Names or URIs in a list of the stateless era."""
        answer = await self.stateless(method, path=path)
        if answer.status == 404:
            assert answer.json()["error"] == "not_found"
            return set()
        return _names(answer.json()["result"])


def _names(result: dict[str, Any]) -> set[str]:
    items = next(value for value in result.values() if isinstance(value, list))
    return {item.get("uri") or item["name"] for item in items}


@pytest.fixture
async def doors() -> AsyncIterator[Doors]:
    async def say(incoming: Incoming) -> dict[str, Any]:
        return text("done")

    async with AsyncExitStack() as stack:
        servers = []
        for name, era in zip(SERVERS, ("handshake", "stateless", "handshake"), strict=True):
            upstream = ScriptedUpstream(
                eras=(era,),  # type: ignore[arg-type]
                tools=dict.fromkeys(TOOLS, say),
                prompts=[{"name": "greet"}],
                resources=[{"uri": f"{name}://one", "name": "one"}],
            )
            await stack.enter_async_context(upstream)
            servers.append(Server(name=name, url=upstream.url))
        initial = state(*servers, key("k", servers=("*",)))
        gateway = await stack.enter_async_context(running_gateway(initial))
        await gateway.read()
        doors = Doors(gateway, build_app(gateway.core, gateway.entry), ControlCalls(gateway.core))
        info = {"protocolVersion": LATEST_HANDSHAKE, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        opened = await doors.handshake("initialize", info)
        doors.session = opened.headers["mcp-session-id"]
        yield doors


@pytest.mark.parametrize("part", range(4))
async def test_every_door_gives_the_same_answer(doors: Doors, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    servers = dict(doors.gateway.core.snapshot.state.servers)
    allowed_somewhere = denied_somewhere = 0
    for seed in range(part * 55, part * 55 + 55):
        now = access_state(seed, servers, key("k"))
        doors.gateway.put(now)
        await doors.gateway.read()
        access = decide(now, "k")
        tools = {(server, tool) for server in SERVERS for tool in TOOLS if access.allows_tool(server, tool)}
        await _lists_agree(doors, access, tools)
        pair = random.Random(seed).choice([(server, tool) for server in SERVERS for tool in TOOLS])
        await _calls_agree(doors, pair, allowed=pair in tools)
        _command_line_agrees(now, access, pair, monkeypatch)
        allowed_somewhere += pair in tools
        denied_somewhere += pair not in tools
    assert min(allowed_somewhere, denied_somewhere) >= 10, "the states are of some use"


async def _lists_agree(doors: Doors, access: Access, tools: set[tuple[str, str]]) -> None:
    exposed = {f"{server}__{tool}" for server, tool in tools}
    prompts = {f"{server}__greet" for server in SERVERS if access.allows_prompts(server)}
    resources = {f"{server}://one" for server in SERVERS if access.allows_resources(server)}
    assert await doors.listed("tools/list") == exposed
    assert await doors.listed("prompts/list") == prompts
    assert await doors.listed("resources/list") == resources
    assert _names((await doors.handshake("tools/list", {})).json()["result"]) == exposed
    assert _names((await doors.handshake("prompts/list", {})).json()["result"]) == prompts
    for server in SERVERS:
        own = {tool for owner, tool in tools if owner == server}
        assert await doors.listed("tools/list", f"/mcp/{server}") == own
        assert ((await doors.stateless("tools/list", path=f"/{server}/mcp")).status == 200) is (
            server in access.servers
        )
    listed = await doors.control.listed("k", None)
    assert {item["name"] for item in listed.tools} == exposed
    assert {item["name"] for item in listed.prompts} == prompts
    assert {item["uri"] for item in listed.resources} == resources


async def _calls_agree(doors: Doors, pair: tuple[str, str], *, allowed: bool) -> None:
    server, tool = pair
    named, bare = {"name": f"{server}__{tool}", "arguments": {}}, {"name": tool, "arguments": {}}
    own = await doors.stateless("tools/call", bare, f"/mcp/{server}")
    answers = [await doors.stateless("tools/call", named), await doors.handshake("tools/call", named)]
    bodies = [answer.json() for answer in answers]
    event = [event async for event in doors.control.call("k", "tools/call", named)][-1]
    bodies.append({event.type: event.value})
    if own.status != 404:
        bodies.append(own.json())
    for body in bodies:
        if allowed:
            assert body["result"]["content"] == [{"type": "text", "text": "done"}]
        else:
            assert body["error"]["code"] == UNKNOWN
            assert body["error"]["message"].startswith("Unknown tool: ")
    assert own.status != 404 or not allowed


def _command_line_agrees(now: State, access: Access, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workspace, "load", lambda _: Loaded(now, "r"))
    server, tool = pair
    words = ["access", "explain", "--key", "k", "--server", server, "--tool", tool, "--json"]
    explained = json.loads(CliRunner().invoke(main, words).stdout)
    assert explained["allowed"] is access.allows_tool(server, tool)
    assert [row["decides"] for row in explained["rows"]].count(True) == 1
    matrix = json.loads(CliRunner().invoke(main, ["access", "matrix", "key:k", "--json"]).stdout)
    assert {name for name, cell in matrix[0]["servers"].items() if cell["allowed"]} == set(access.servers)
