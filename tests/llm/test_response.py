"""The response object as it begins."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.response import new_response
from tests.support.strict import checked_event


def test_it_is_one_that_a_strict_client_reads() -> None:
    response = new_response({"model": "m"})
    checked_event({"type": "response.created", "sequence_number": 0, "response": response})
    assert (response["status"], response["output"], response["usage"]) == ("in_progress", [], None)
    assert response["id"].startswith("resp_")
    assert new_response({"model": "m"})["id"] != response["id"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0),
        ("store", False),
        ("parallel_tool_calls", False),
        ("metadata", {"a": "b"}),
        ("instructions", ""),
        ("max_output_tokens", 0),
        ("background", True),
        ("user", "u"),
        ("tool_choice", {"type": "function", "name": "f"}),
    ],
)
def test_it_says_what_the_request_says(name: str, value: object) -> None:
    assert new_response({"model": "m", name: value})[name] == value
    # None in a request is as good as nothing.
    assert new_response({"model": "m", name: None})[name] == new_response({"model": "m"})[name]


@pytest.mark.parametrize(
    ("tool", "told"),
    [
        ({"type": "function", "name": "f"}, {"type": "function", "name": "f"}),
        (
            {"type": "mcp", "server_label": "gw", "headers": {"authorization": "sk-1"}},
            {"type": "mcp", "server_label": "gw", "headers": None},
        ),
        ({"type": "mcp", "authorization": "sk-1"}, {"type": "mcp", "authorization": None}),
    ],
)
def test_credentials_of_tools_are_not_told(tool: dict[str, Any], told: dict[str, Any]) -> None:
    before = dict(tool)
    assert new_response({"model": "m", "tools": [tool]})["tools"] == [told]
    assert tool == before
