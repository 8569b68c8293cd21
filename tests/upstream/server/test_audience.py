from __future__ import annotations

from mcptui.upstream.server.audience import ANYBODY, PLAIN, Audience, profile_of


def test_equal_capabilities_are_one_profile() -> None:
    one = profile_of({"roots": {}, "sampling": {"tools": {}}})
    assert one == profile_of({"sampling": {"tools": {}}, "roots": {}})
    assert one.capabilities == {"roots": {}, "sampling": {"tools": {}}}
    assert one != profile_of({"roots": {"listChanged": True}, "sampling": {"tools": {}}})
    assert profile_of({}) is PLAIN
    assert Audience(profile_of({})) == ANYBODY
