from __future__ import annotations

import json

import pytest

from mcptui.gateway.catalogue.view import end_of_list
from mcptui.protocol.listed.items import KINDS
from mcptui.upstream.server.lists import Lists
from tests.support.catalogue import resource, tool, world


@pytest.mark.parametrize("method", KINDS)
def test_the_end_of_a_message(method: str) -> None:
    assert json.loads(b'{"result":{' + end_of_list(method, ({"name": "ä"},))) == {
        "result": {KINDS[method].member: [{"name": "ä"}]}
    }


@pytest.mark.usefixtures("no_connections")
def test_whose_a_uri_is() -> None:
    made = world()
    page = tool("x", _meta={"ui": {"resourceUri": "u:page"}})
    made.put("a", Lists(templates=({"uriTemplate": "u:{x}", "name": "t"},)))
    made.put("b", Lists(tools=(page,), resources=(resource("u:listed"),)))
    view = made.view("all")
    assert [view.owner_of(uri) for uri in ("u:listed", "u:page", "u:any", "v:any")] == ["b", "b", "a", None]
    assert view.listed_owner("u:any") is None
    assert view.likely_owner("u:listed") == "a"


@pytest.mark.usefixtures("no_connections")
@pytest.mark.parametrize(
    ("of_a", "of_b", "owner"),
    [
        ("file:///{+path}", "file:///docs/{name}", "b"),
        ("{+all}", "file:///{+path}", "b"),
        ("file:///docs/{+path}", "file:///docs/{name}", "b"),
        ("file:///docs/{name}", "file:///{+path}", "a"),
        ("file:///docs/{a}", "file:///docs/{b}", "a"),
    ],
)
def test_the_more_specific_template_says_whose_a_uri_is(of_a: str, of_b: str, owner: str) -> None:
    made = world()
    for server, template in (("a", of_a), ("b", of_b)):
        made.put(server, Lists(templates=({"uriTemplate": template, "name": "t"},)))
    view = made.view("all")
    assert view.owner_of("file:///docs/one") == owner
    made.put("b", Lists(resources=(resource("file:///docs/one"),)))
    assert made.view("all").owner_of("file:///docs/one") == "b", "what is listed counts more"
