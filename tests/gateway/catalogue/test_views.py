from __future__ import annotations

import re
from typing import Any

import pytest

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.views import MAX_INSTRUCTIONS, Catalogue, View, _pattern
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.scope import ALL, Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings, Server, State
from mcptui.state.loaded import Loaded
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.server.lists import Lists
from tests.support.gateway import key, state


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "inputSchema": {"type": "object"}, **more}


class World:
    """Servers whose lists are simply set."""

    def __init__(self, described: State) -> None:
        no_connections: Any = None
        self.snapshot = Snapshot(Loaded(described, "r"))
        self.registry = Registry(ConnectionDeps(*[no_connections] * 4))
        self.registry.apply(described.servers)
        self.catalogue = Catalogue(self.registry)

    def put(self, server: str, lists: Lists, **peer: Any) -> None:
        running = self.registry.get(server)
        assert running is not None
        offers: dict[str, Any] = {"tools": {}, "prompts": {}, "resources": {}}
        running.show(Peer(**{"era": "stateless", "version": "x", "capabilities": offers} | peer), lists)
        self.registry.revision += 1

    def view(self, name: str | None = None, scope: Scope = ALL) -> View:
        principal = OPERATOR if name is None else KeyPrincipal(name)
        return self.catalogue.view(self.snapshot, principal, scope)


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that are described but never started."""
    monkeypatch.setattr("mcptui.upstream.server.server.UpstreamServer.start", lambda _: None)


pytestmark = pytest.mark.usefixtures("idle")


def world(**settings: Any) -> World:
    made = World(
        state(
            Server(name="a", url="http://a"),
            Server(name="b", url="http://b", prefix="bee"),
            Server(name="off", url="http://c", enabled=False),
            key("all", servers=("*",)),
            key("only-a", servers=("a",), tools={"a": ("x*",)}),
            gateway=GatewaySettings(**settings),
        )
    )
    made.put("a", Lists(tools=(tool("x"), tool("y")), resources=({"uri": "u:1"}, {"uri": "u:2"})))
    made.put("b", Lists(tools=(tool("x"), tool("z")), resources=({"uri": "u:1"},)))
    made.put("off", Lists(tools=(tool("hidden"),)))
    return made


def names(view: View) -> list[str]:
    return [item["name"] for item in view.items["tools/list"]]


def test_names_and_owners() -> None:
    view = world().view("all")
    assert names(view) == ["a__x", "a__y", "bee__x", "bee__z"]
    assert view.tool("bee__x") == ("b", "x")
    assert view.tool("y") == ("a", "y")
    assert view.tool("x") is None, "two servers have it"
    assert view.tool("b__x") is None
    assert view.tool("hidden") is None


def test_what_a_tool_returns_is_an_object_for_clients_of_the_handshake_era() -> None:
    made = world()
    assert made.view().lists["handshake"] is made.view().lists["stateless"]
    many = {**tool("x"), "outputSchema": {"type": "array"}}
    one = {**tool("y"), "outputSchema": {"type": "object"}}
    made.put("a", Lists(tools=(many, one)))
    lists = made.view(scope=Scope(("a",), bare=True)).lists
    assert lists["stateless"].items["tools/list"] == (many, one)
    assert lists["handshake"].items["tools/list"] == (tool("x"), one)
    assert b"array" in lists["stateless"].encoded["tools/list"]
    assert b"array" not in lists["handshake"].encoded["tools/list"]


def test_settings_of_names() -> None:
    assert names(world(separator="-").view("all")) == ["a-x", "a-y", "bee-x", "bee-z"]
    assert names(world(prefix="conflict").view("all")) == ["x", "y", "bee__x", "bee__z"]
    assert names(world().view("all", Scope(("b",), bare=True))) == ["x", "z"]


def test_a_key_sees_its_part() -> None:
    made = world()
    assert names(made.view("only-a")) == ["a__x"]
    assert made.view("only-a").servers == ("a",)
    assert made.view("unknown").servers == ()
    assert names(made.view()) == ["a__x", "a__y", "bee__x", "bee__z"], "the owner sees what is enabled"


def test_views_are_kept_until_something_changes() -> None:
    made = world()
    first = made.view("all")
    assert made.view("all") is first
    assert made.view("only-a") is not first
    made.put("a", Lists(tools=(tool("new"),)))
    assert names(made.view("all"))[0] == "a__new"


def test_a_resource_of_two_servers_belongs_to_the_first() -> None:
    view = world().view("all")
    assert view.resources == {"u:1": "a", "u:2": "a"}
    assert len(view.items["resources/list"]) == 2
    assert world().view("all", Scope(("b",), bare=True)).owner_of("u:1") == "b"


def test_an_unlisted_resource_of_the_only_server() -> None:
    assert world().view("all").owner_of("other:1") is None
    assert world().view("only-a").owner_of("other:1") == "a"


def test_capabilities_are_those_of_the_servers_that_are_seen() -> None:
    made = world()
    made.put("a", Lists(), capabilities={"tools": {}})
    made.put("b", Lists(), capabilities={"resources": {"subscribe": True}, "logging": {}, "completions": {}})
    assert made.view("only-a").capabilities == {"tools": {"listChanged": True}}
    assert made.view("all").capabilities == {
        "tools": {"listChanged": True},
        "resources": {"listChanged": True, "subscribe": True},
        "logging": {},
        "completions": {},
    }


def test_instructions_are_labelled_and_bounded() -> None:
    made = world()
    made.put("a", Lists(), instructions="A" * 20_000)
    assert made.view("all").instructions == "A" * MAX_INSTRUCTIONS
    made.put("b", Lists(), instructions="Bee.")
    text = made.view("all").instructions
    assert text is not None
    assert text.startswith("# a\nAAA")
    assert len(text) == MAX_INSTRUCTIONS


def test_mirrored_tools_are_known_by_their_exposed_name() -> None:
    made = world()
    schema = {"properties": {"r": {"type": "string", "x-mcp-header": "R"}}}
    made.put("a", Lists(tools=(tool("x", inputSchema=schema), tool("y"))))
    assert made.view("all").mirrored == {"a__x": schema}


@pytest.mark.parametrize(
    ("template", "uri", "matches"),
    [
        ("a://{id}/data", "a://5/data", True),
        ("a://{id}/data", "a://5/6/data", False),
        ("a://{+path}", "a://x/y/z", True),
        ("a://x{?q}", "a://x?q=1", True),
        ("a.b://{x}", "aXb://1", False),
        ("{+all}", "anything", True),
        ("a://{", "a://{", True),
        ("(a+)+$://{x}", "(a+)+$://1", True),
    ],
)
def test_templates(template: str, uri: str, matches: bool) -> None:
    pattern = _pattern(template)
    assert isinstance(pattern, re.Pattern)
    assert (pattern.fullmatch(uri) is not None) is matches
