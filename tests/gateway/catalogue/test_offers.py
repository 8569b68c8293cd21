from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.catalogue.offers import MAX_INSTRUCTIONS, capabilities, hint
from mcptui.upstream.server.lists import CacheHint, Lists
from tests.support.catalogue import world

pytestmark = pytest.mark.usefixtures("no_connections")


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


UI, TASKS = "io.modelcontextprotocol/ui", "io.modelcontextprotocol/tasks"
OWN = {
    "extensions": {"own": {}, UI: {"mimeTypes": ["a"]}},
    "experimental": {"x": {}},
    "tasks": {"list": {}, "cancel": {}},
}


def test_one_server_is_passed_on_as_it_is() -> None:
    assert capabilities([OWN], [], []) == {"tools": {"listChanged": True}, **OWN}


def test_of_several_servers_what_can_be_routed_is_passed_on() -> None:
    other = {"extensions": {TASKS: {}, UI: {"x": 1}, "theirs": {}}, "tasks": {"requests": {"tools": {"call": {}}}}}
    assert capabilities([OWN, other, {}], [], []) == {
        "tools": {"listChanged": True},
        "tasks": {"cancel": {}, "requests": {"tools": {"call": {}}}},
        "extensions": {UI: {"mimeTypes": ["a"], "x": 1}, TASKS: {}},
    }
    assert capabilities([{}, {}], [], [], has_pages=True) == {"tools": {"listChanged": True}, "extensions": {UI: {}}}
    assert capabilities([{}], [], [], has_pages=True) == {"tools": {"listChanged": True}}
    odd: list[dict[str, Any]] = [{"extensions": None, "tasks": []}, {"extensions": {UI: None}}]
    assert capabilities(odd, [], []) == {"tools": {"listChanged": True}, "extensions": {UI: None}}


@pytest.mark.parametrize(
    ("said", "is_everybodys", "found"),
    [
        ([], True, CacheHint(5_000, "private")),
        ([None], True, CacheHint(5_000, "private")),
        ([CacheHint(7, "public")], True, CacheHint(7, "public")),
        ([CacheHint(7, "public")], False, CacheHint(7, "private")),
        ([CacheHint(7, "public"), CacheHint(3, "public")], True, CacheHint(3, "public")),
        ([CacheHint(7, "public"), CacheHint(9, "private")], True, CacheHint(7, "private")),
        ([CacheHint(60_000, "public"), None], True, CacheHint(5_000, "private")),
    ],
)
def test_how_long_and_by_whom_a_list_may_be_kept(
    said: list[CacheHint | None], is_everybodys: bool, found: CacheHint
) -> None:
    assert hint(said, is_everybodys=is_everybodys) == found
