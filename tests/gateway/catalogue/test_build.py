from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.catalogue.build import META_SERVER, linked_pages
from mcptui.gateway.scope import Scope
from mcptui.model import Server
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.server.lists import CacheHint, Lists, Reading
from tests.support.catalogue import World, names, resource, tool, world
from tests.support.gateway import key, state

pytestmark = pytest.mark.usefixtures("no_connections")


def test_names_and_owners() -> None:
    view = world().view("all")
    assert names(view) == ["a__x", "a__y", "bee__x", "bee__z"]
    assert view.tool("bee__x") == ("b", "x")
    assert view.tool("y") == ("a", "y")
    assert view.tool("x") is None, "two servers have it"
    assert view.tool("b__x") is None
    assert view.tool("hidden") is None


def test_a_bare_name_is_nobodys_also_while_one_of_its_servers_is_away() -> None:
    made = world()
    away = made.registry.get("a")
    assert away is not None
    away._vitals.failed(UpstreamError("it is down"), 0)
    made.registry.revision += 1
    view = made.view("all")
    assert view.tool("x") is None
    assert view.tool("z") == ("b", "z")


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


def test_an_unlisted_resource_of_the_only_server() -> None:
    assert world().view("all").owner_of("other:1") is None
    assert world().view("only-a").owner_of("other:1") == "a"


def test_mirrored_tools_are_known_by_their_exposed_name() -> None:
    made = world()
    schema = {"properties": {"r": {"type": "string", "x-mcp-header": "R"}}}
    made.put("a", Lists(tools=(tool("x", inputSchema=schema), tool("y"))))
    assert made.view("all").mirrored == {"a__x": schema}


def test_what_several_servers_list_under_one_uri_is_told_apart() -> None:
    made = world()
    made.put("b", Lists(resources=(resource("u:1", title="One", _meta={"x": 1}), resource("u:3")), templates=TEMPLATES))
    view = made.view("all")
    assert view.resources == {"u:1": "a", "u:2": "a", "u:3": "b"}
    assert view.resource_owners == ("a", "a", "b", "b")
    assert view.items["resources/list"] == (
        resource("u:1", title="u:1 (a)", _meta={META_SERVER: "a"}),
        resource("u:2"),
        resource("u:1", title="One (b)", _meta={"x": 1, META_SERVER: "b"}),
        resource("u:3"),
    )
    alone = made.view("all", Scope(("b",), bare=True))
    assert alone.owner_of("u:1") == "b"
    assert alone.items["resources/list"][0] == resource("u:1", title="One", _meta={"x": 1})
    made.put("a", Lists(templates=TEMPLATES))
    assert [item["title"] for item in made.view("all").items["resources/templates/list"]] == ["t (a)", "t (b)"]


TEMPLATES = ({"uriTemplate": "u:{x}", "name": "t"},)


def test_pages_that_tools_name_belong_to_their_server() -> None:
    made = world()
    made.put("b", Lists(tools=(tool("x", _meta={"ui": {"resourceUri": "ui://b/x.html"}}),)))
    assert made.view("all").owner_of("ui://b/x.html") == "b"
    assert made.view("all").capabilities["extensions"] == {"io.modelcontextprotocol/ui": {}}
    assert made.view("only-a").linked == {}
    made.put("a", Lists(tools=(tool("y", _meta={"ui": {"resourceUri": "ui://a/hidden.html"}}),)))
    assert made.view("only-a").linked == {}, "the tool is hidden"


@pytest.mark.parametrize(
    ("meta", "pages"),
    [
        ({}, []),
        ({"ui": {"resourceUri": "ui://x"}}, ["ui://x"]),
        ({"ui/resourceUri": "ui://x"}, ["ui://x"]),
        ({"ui": None, "ui/resourceUri": 5}, []),
        ({"ui": {"resourceUri": ["ui://x"]}}, []),
    ],
)
def test_pages_of_a_tool(meta: dict[str, Any], pages: list[str]) -> None:
    assert list(linked_pages(tool("t", _meta=meta))) == pages
    assert list(linked_pages(tool("t"))) == []


def test_how_long_lists_may_be_kept() -> None:
    made = world()
    made.put("a", Lists(readings={"tools/list": Reading(hint=CacheHint(60_000, "public"))}))
    assert made.view("all", Scope(("a",), bare=True)).hints["tools/list"] == CacheHint(60_000, "private"), "keys differ"
    assert made.view("all").hints["tools/list"] == CacheHint(5_000, "private"), "b does not say"
    made.put("b", Lists(readings={"tools/list": Reading(hint=CacheHint(0, "public"))}), capabilities={"tools": {}})
    view = made.view("all")
    assert view.hints["tools/list"] == CacheHint(0, "private")
    assert view.hints["resources/list"] == CacheHint(5_000, "private")


@pytest.mark.parametrize(
    ("globs", "hints"),
    [
        (None, {"get": False, "delete": True, "silent": None}),
        (("get",), {"get": True, "delete": False, "silent": False}),
        (("*", "!delete"), {"get": True, "delete": False, "silent": True}),
        (("!delete",), {"get": True, "delete": False, "silent": True}),
        ((), {"get": False, "delete": False, "silent": False}),
    ],
)
def test_the_owner_says_which_tools_only_read(globs: tuple[str, ...] | None, hints: dict[str, bool | None]) -> None:
    made = World(state(Server(name="a", url="http://a", read_only_tools=globs), key("all", servers=("*",))))
    claims = {"readOnlyHint": True, "title": "T"}
    tools = (tool("get", annotations={"readOnlyHint": False}), tool("delete", annotations=claims), tool("silent"))
    made.put("a", Lists(tools=tools))
    shown = made.view("all", Scope(("a",), bare=True)).items["tools/list"]
    assert {each["name"]: each.get("annotations", {}).get("readOnlyHint") for each in shown} == hints
    assert shown[1]["annotations"]["title"] == "T"
