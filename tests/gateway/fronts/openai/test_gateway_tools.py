"""The tools behind one label: which are offered, who is asked, and why there are none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.openai import gateway_tools as module
from mcptui.gateway.fronts.openai.gateway_tools import GatewayTools
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.scope import ALL
from mcptui.gateway.snapshot import Snapshot
from mcptui.llm.errors import LlmError
from mcptui.llm.mcp_tool import parse_mcp_tool
from mcptui.llm.tools import ToolCall
from mcptui.protocol.errors import TOO_MANY_CALLS, RpcError
from mcptui.secrets.known import KnownSecrets
from mcptui.state.loaded import Loaded
from tests.support.gateway import key, state

LISTED = ({"name": "a__read", "annotations": {"readOnlyHint": True}}, {"name": "a__write"})


class World:
    """A gateway whose view and servers are said."""

    def __init__(self) -> None:
        self.listed: tuple[dict[str, Any], ...] = LISTED
        self.servers: dict[str, tuple[str, str | None]] = {"a": ("ready", None)}
        self.snapshot = Snapshot(Loaded(state(key("k")), "r"))
        self.exchanges: list[Exchange] = []
        self.relay = self.tools = self
        self.known = KnownSecrets()
        self.left = 1_000

    async def count(self, principal: Any, requests: int) -> None:
        self.left -= requests
        if self.left < 0:
            raise AuthError("rate_limited", "k may send 2 requests a minute; try again in 9 s.", 429, retry_after=9)

    async def ready_view(self, exchange: Exchange) -> Any:
        self.exchanges.append(exchange)
        tools = {tool["name"]: ("a", tool["name"].removeprefix("a__")) for tool in self.listed}
        return SimpleNamespace(tools=tools, items={"tools/list": self.listed}, servers=tuple(self.servers))

    def upstream(self, exchange: Exchange, name: str) -> Any:
        async def asked(_: float) -> None:
            self.servers[name], self.listed = ("ready", None), LISTED

        def status() -> Any:
            state, reason = self.servers[name]
            return SimpleNamespace(state=state, reason=reason)

        return SimpleNamespace(status=status, asked=asked)

    async def execute(self, core: Any, exchange: Exchange) -> dict[str, Any]:
        self.exchanges.append(exchange)
        return {"content": []}

    async def read(self, **said: Any) -> GatewayTools:
        entry = {"type": "mcp", "server_label": "gw", "server_url": "https://x/mcp", **said}
        tool = parse_mcp_tool(entry, "tools[0]")
        assert tool is not None
        tools = GatewayTools(cast("Core", self), tool, KeyPrincipal("k"), ALL, {"x-mcp-auth": ["t"]})
        await tools.read()
        return tools


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(module, "execute", world.execute)
    return world


@pytest.mark.parametrize(
    ("allowed", "names"),
    [
        (None, ["a__read", "a__write"]),
        (["a__read"], ["a__read"]),
        # By the name at its server too.
        (["write"], ["a__write"]),
        ({"read_only": True}, ["a__read"]),
    ],
)
async def test_what_is_offered(world: World, allowed: Any, names: list[str]) -> None:
    tools = await world.read(allowed_tools=allowed)
    assert (tools.label, [tool["name"] for tool in tools.tools]) == ("gw", names)


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ("never", []),
        (None, ["a__read", "a__write"]),
        ({"never": ["read"]}, ["a__write"]),
        ({"never": {"read_only": True}}, ["a__write"]),
    ],
)
async def test_who_is_asked_later(world: World, wanted: Any, asked: list[str]) -> None:
    tools = await world.read(require_approval=wanted)
    assert [tool["name"] for tool in tools.tools if tools.approval(tool["name"]) == "later"] == asked
    with pytest.raises(RpcError, match="needs an approval"):
        await tools.approve(ToolCall("1", "a__read", {}))


@pytest.mark.parametrize(
    ("servers", "listed", "allowed", "status", "says"),
    [
        ({"a": ("ready", None)}, LISTED, ["x"], 400, "none of its 2 tools is among allowed_tools"),
        ({"a": ("ready", None)}, (), None, 400, "gw: a has no tool that the key may use"),
        ({"a": ("idle", None), "b": ("ready", None)}, (), None, 400, "gw: a, b has no tool that the key may use"),
        ({}, (), None, 400, "gw: the key may use no server"),
        ({"a": ("unreachable", "refused")}, (), None, 424, "'gw'. Server a is unreachable: refused"),
        ({"a": ("ready", None), "b": ("needs_login", None)}, (), None, 424, "'gw'. Server b is needs login"),
    ],
)
async def test_why_there_are_none(
    world: World,
    servers: dict[str, tuple[str, str | None]],
    listed: tuple[dict[str, Any], ...],
    allowed: Any,
    status: int,
    says: str,
) -> None:
    world.servers, world.listed = servers, listed
    with pytest.raises(LlmError) as error:
        await world.read(allowed_tools=allowed)
    assert says in error.value.message
    assert error.value.status == status


async def test_the_first_tools_of_a_server_that_starts_are_waited_for(world: World) -> None:
    world.listed, world.servers = (), {"a": ("starting", "installing")}
    assert [tool["name"] for tool in (await world.read()).tools] == ["a__read", "a__write"]


async def test_a_call_is_that_of_the_principal_at_this_moment(world: World) -> None:
    tools = await world.read()
    later = Snapshot(Loaded(state(key("k")), "r2"))
    world.snapshot = later
    assert await tools.call(ToolCall("1", "a__read", {"x": 1})) == {"content": []}
    asked = world.exchanges[-1]
    assert asked.params == {"name": "a__read", "arguments": {"x": 1}}
    assert (asked.principal, asked.snapshot, asked.waits) == (KeyPrincipal("k"), later, True)
    assert asked.client is not None
    assert asked.client.auth == "t"


async def test_every_call_of_a_model_counts(world: World) -> None:
    tools = await world.read()
    world.left = 2
    for _ in range(2):
        await tools.call(ToolCall("1", "a__read", {}))
    called = len(world.exchanges)
    with pytest.raises(RpcError, match="k may send 2 requests a minute; try again in 9 s") as error:
        await tools.call(ToolCall("1", "a__read", {}))
    assert error.value.code == TOO_MANY_CALLS
    assert len(world.exchanges) == called


@pytest.mark.parametrize(
    ("name", "after"), [("a__other", key("k")), ("a__read", key("k", enabled=False)), ("a__read", key("other"))]
)
async def test_what_is_not_offered_or_not_allowed_any_more_is_unknown(world: World, name: str, after: Any) -> None:
    tools = await world.read()
    world.snapshot = Snapshot(Loaded(state(after), "r2"))
    with pytest.raises(RpcError, match=f"Unknown tool: {name}"):
        await tools.call(ToolCall("1", name, {}))
    assert len(world.exchanges) == 1
