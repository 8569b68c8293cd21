from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.protocol.listed.items import PROMPTS, TOOLS
from mcptui.upstream.call import Peer
from mcptui.upstream.server.lists import CacheHint, Lists, Offer, Reading

PEER = Peer(era="stateless", version="x", capabilities={"tools": {}}, instructions="i")
LISTS = Lists(tools=({"name": "t"},))


def test_what_is_said_of_all_lists() -> None:
    lists = replace(LISTS, readings={"tools/list": Reading(("a", "b"), 2), "prompts/list": Reading(("c",), 1)})
    assert (lists.left_out, lists.remarks) == (3, ["a", "b", "c"])
    assert lists.of(TOOLS) == ({"name": "t"},)
    assert lists.of(PROMPTS) == ()


@pytest.mark.parametrize(
    ("other", "is_like"),
    [
        (Offer(PEER, LISTS), True),
        (Offer(replace(PEER, server_info={"name": "s"}, version="y"), LISTS), True),
        (Offer(PEER, replace(LISTS, readings={"tools/list": Reading(("odd",), 1, CacheHint(5, "private"))})), True),
        (Offer(PEER, Lists()), False),
        (Offer(None, LISTS), False),
        (Offer(replace(PEER, capabilities={}), LISTS), False),
        (Offer(replace(PEER, instructions=None), LISTS), False),
    ],
)
def test_what_looks_the_same_for_a_client(other: Any, is_like: bool) -> None:
    assert Offer(PEER, LISTS).is_like(other) is is_like
    assert other.is_like(Offer(PEER, LISTS)) is is_like
