from __future__ import annotations

from typing import Any

import pytest

from mcptui.upstream.server.freshness import ANNOUNCED, LEAST_PAUSE, UNTOLD, announces, lifetime
from mcptui.upstream.server.lists import CacheHint, Lists, Reading

CHANGES: dict[str, Any] = {"listChanged": True}


@pytest.mark.parametrize(
    ("capabilities", "says"),
    [
        ({}, False),
        ({"tools": {}}, False),
        ({"tools": None}, False),
        ({"tools": {"listChanged": "true"}}, False),
        ({"tools": CHANGES}, True),
        ({"tools": CHANGES, "resources": {"subscribe": True}}, False),
        ({"tools": CHANGES, "prompts": CHANGES, "resources": CHANGES, "logging": {}}, True),
    ],
)
def test_who_announces_changes(capabilities: dict[str, Any], says: bool) -> None:
    assert announces(capabilities) is says
    assert lifetime(Lists(), capabilities, hears=True) == (ANNOUNCED if says else UNTOLD)
    assert lifetime(Lists(), capabilities, hears=False) == UNTOLD


def test_what_the_server_says_counts() -> None:
    def lists(*ttl: int) -> Lists:
        return Lists(readings={str(ms): Reading(hint=CacheHint(ms, "private")) for ms in ttl} | {"other": Reading()})

    assert lifetime(lists(60_000), {"tools": CHANGES}, hears=True) == 60
    assert lifetime(lists(60_000, 2_000), {}, hears=False) == 2
    assert lifetime(lists(60_000, 0), {}, hears=False) == LEAST_PAUSE
