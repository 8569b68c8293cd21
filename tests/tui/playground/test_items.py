"""Tools, prompts and resources as values; entries come from strangers."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.model.runtime import Listed
from mcptui.tui.playground.items import Item, Request, items

LISTED = Listed(
    tools=[
        {"name": "demo__add", "description": "Adds", "inputSchema": {"type": "object"}},
        {"name": "odd", "title": 3, "description": [], "inputSchema": 7, "annotations": []},
        {"nameless": True},
    ],
    prompts=[
        {
            "name": "greet",
            "title": "Greet",
            "arguments": [{"name": "who", "required": True, "description": "Whom"}, {"name": "how"}, 3, {}],
        },
        {"name": "bare"},
    ],
    resources=[{"uri": "note://1", "name": "First"}],
    templates=[{"uriTemplate": "note://{id}{?q}", "name": "Any"}],
    owners={"demo__add": ("demo", "add"), "note://1": ("notes", "note://1")},
)


def test_everything_with_a_name_is_an_item() -> None:
    found = items(LISTED)
    assert list(found) == [
        "tools:demo__add",
        "tools:odd",
        "prompts:greet",
        "prompts:bare",
        "resources:note://1",
        "resources:note://{id}{?q}",
    ]
    assert found["tools:demo__add"].server == "demo"
    assert found["tools:odd"].title == found["tools:odd"].description == ""
    assert found["resources:note://1"].title == "First"


def test_arguments_of_prompts_and_templates_become_schemas() -> None:
    found = items(LISTED)
    assert found["prompts:greet"].schema["required"] == ["who"]
    assert list(found["prompts:greet"].schema["properties"]) == ["who", "how"]
    assert list(found["resources:note://{id}{?q}"].schema["properties"]) == ["id", "q"]


@pytest.mark.parametrize(
    ("key", "arguments", "request_"),
    [
        ("tools:demo__add", {"a": 1}, Request("tools/call", {"name": "demo__add", "arguments": {"a": 1}})),
        ("tools:odd", [1], Request("tools/call", {"name": "odd", "arguments": [1]})),
        (
            "prompts:greet",
            {"who": "x", "n": 3},
            Request("prompts/get", {"name": "greet", "arguments": {"who": "x", "n": "3"}}),
        ),
        ("prompts:greet", [], Request("prompts/get", {"name": "greet", "arguments": {}})),
        ("resources:note://1", {}, Request("resources/read", {"uri": "note://1"})),
        ("resources:note://{id}{?q}", {"id": "a b"}, Request("resources/read", {"uri": "note://a%20b"})),
    ],
)
def test_requests(key: str, arguments: Any, request_: Request) -> None:
    assert items(LISTED)[key].request(arguments) == request_


@pytest.mark.parametrize(
    ("annotations", "hints", "asks", "asks_in_production"),
    [
        ({"readOnlyHint": True}, ("read-only",), False, False),
        ({"readOnlyHint": False, "destructiveHint": True}, ("destructive",), True, True),
        ({"destructiveHint": True, "readOnlyHint": True}, ("read-only",), False, False),
        ({"destructiveHint": False, "idempotentHint": True}, ("writes", "idempotent"), False, True),
        ({"destructiveHint": "yes", "openWorldHint": True}, ("open world",), False, True),
        (None, (), False, True),
    ],
)
def test_annotations(annotations: Any, hints: tuple[str, ...], asks: bool, asks_in_production: bool) -> None:
    item = Item("tools", "x", raw={"annotations": annotations})
    assert item.hints == hints
    assert bool(item.risk(in_production=False)) is asks
    assert bool(item.risk(in_production=True)) is asks_in_production


def test_what_is_read_is_never_asked_about() -> None:
    assert not Item("resources", "note://1").risk(in_production=True)
    assert not Item("prompts", "greet").risk(in_production=True)
