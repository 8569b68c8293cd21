from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.relay.links import MAX_LENGTH, MAX_PRINCIPALS, MAX_URIS, Links, linked

LINK = {"type": "resource_link", "uri": "u:1", "name": "one"}
EMBEDDED = {"type": "resource", "resource": {"uri": "u:2", "text": ""}}


@pytest.mark.parametrize(
    ("result", "uris"),
    [
        ({}, []),
        ({"content": [{"type": "text", "text": "u:1"}, LINK, EMBEDDED]}, ["u:1", "u:2"]),
        ({"messages": [{"role": "user", "content": EMBEDDED}, {"role": "user", "content": LINK}]}, ["u:2", "u:1"]),
        ({"content": "x", "messages": [None, {}, {"content": None}]}, []),
        ({"content": [None, {"type": "resource"}, {"type": "resource_link", "uri": 5}, {"type": ["resource"]}]}, []),
        ({"content": [{"type": "resource_link", "uri": "u" * (MAX_LENGTH + 1)}]}, []),
        ({"content": {"type": "resource_link", "uri": "u:1"}}, []),
    ],
)
def test_links_in_results(result: dict[str, Any], uris: list[str]) -> None:
    assert list(linked(result)) == uris


def given(uri: str) -> dict[str, Any]:
    return {"content": [{**LINK, "uri": uri}]}


def test_a_link_is_known_to_whom_it_was_given() -> None:
    links = Links()
    links.note("alice", "a", given("u:1"))
    assert links.owner("alice", "u:1") == "a"
    assert links.owner("bob", "u:1") is None
    links.note("alice", "b", given("u:1"))
    assert links.owner("alice", "u:1") == "b"


def test_links_are_bounded() -> None:
    links = Links()
    for number in range(MAX_URIS + 1):
        links.note("alice", "a", given(f"u:{number}"))
    assert (links.owner("alice", "u:0"), links.owner("alice", "u:1")) == (None, "a")
    for number in range(MAX_PRINCIPALS):
        links.note(f"p{number}", "a", given("u:1"))
    assert links.owner("alice", "u:1") is None
    assert links.owner("p0", "u:1") == "a"
