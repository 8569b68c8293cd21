from __future__ import annotations

from typing import Any

import pytest

from mcptui.upstream.progress_tokens import ProgressTokens


def test_a_client_reports_by_a_token_of_the_gateway_and_the_server_hears_its_own() -> None:
    tokens = ProgressTokens()
    with tokens.replaced({"a": 1, "_meta": {"progressToken": 7, "x": 1}}) as params:
        token = params["_meta"]["progressToken"]
        assert params == {"a": 1, "_meta": {"progressToken": token, "x": 1}}
        assert tokens.restored({"progressToken": token, "progress": 2}) == {"progressToken": 7, "progress": 2}
    assert tokens.restored({"progressToken": token}) is None, "nobody waits any more"


def test_tokens_of_several_connections_differ() -> None:
    one, other = ProgressTokens(), ProgressTokens()
    asked = {"_meta": {"progressToken": 1}}
    with one.replaced(asked) as mine, other.replaced(asked) as others:
        assert mine != others
        assert other.restored({"progressToken": mine["_meta"]["progressToken"]}) is None


@pytest.mark.parametrize("params", [{}, {"_meta": None}, {"_meta": {}}, {"_meta": [1]}])
def test_what_wants_no_progress_stays_as_it_is(params: dict[str, Any]) -> None:
    with ProgressTokens().replaced(params) as same:
        assert same is params


@pytest.mark.parametrize("token", [None, 1, [], "unknown"])
def test_progress_that_nobody_asked_for_goes_nowhere(token: Any) -> None:
    assert ProgressTokens().restored({"progressToken": token}) is None
