"""How long a call may take."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.upstream.call import Call


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({}, "within 60 s"),
        ({"timeout": 5.0}, "within 5 s"),
        ({"timeout": 5.0, "hard_timeout": 50.0}, "within 5 s"),
        ({"timeout": 5.0, "hard_timeout": 5.0}, "within 5 s"),
    ],
)
async def test_a_deadline_is_that_of_the_call(limits: dict[str, Any], says: str) -> None:
    deadline = Call(method="tools/list", params={}, **limits).deadline()
    assert f"no answer to tools/list {says}" in str(deadline.error("tools/list"))
    # However much progress there is; without a word about it no longer than the timeout.
    assert deadline._most == limits.get("hard_timeout", limits.get("timeout", 60.0))


def test_calls_share_nothing() -> None:
    one, other = (Call(method="ping", params={}) for _ in range(2))
    assert one.capabilities is not other.capabilities
    assert one.headers is not other.headers
