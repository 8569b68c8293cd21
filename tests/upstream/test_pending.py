from __future__ import annotations

from typing import Any

import pytest

from mcptui.upstream.call import Call
from mcptui.upstream.pending import Pending


async def notify(method: str, params: dict[str, Any]) -> None:
    """Nobody listens."""


@pytest.mark.parametrize(
    ("params", "token"),
    [({}, None), ({"_meta": None}, None), ({"_meta": {}}, None), ({"_meta": {"progressToken": "p"}}, "p")],
)
async def test_the_token_of_the_client_is_kept(params: dict[str, Any], token: str | None) -> None:
    assert Pending(1, Call(method="tools/call", params=params)).token == token


async def test_only_a_client_that_listens_has_an_outbox() -> None:
    assert Pending(1, Call(method="x", params={})).outbox is None
    assert Pending(1, Call(method="x", params={}, notify=notify)).outbox is not None
