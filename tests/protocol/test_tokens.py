"""What text costs a model, roughly."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol import jsonrpc
from mcptui.protocol.tokens import estimate, tool_tokens


@pytest.mark.parametrize(("size", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2), (400, 100), (401, 101)])
def test_an_estimate_is_rounded_up(size: int, tokens: int) -> None:
    assert estimate(size) == tokens


@pytest.mark.parametrize(
    ("tool", "offered"),
    [
        ({"name": "t"}, {"name": "t", "description": "", "parameters": {}}),
        ({}, {"name": None, "description": "", "parameters": {}}),
        (
            {"name": "t", "description": "é" * 50, "inputSchema": {"type": "object"}, "outputSchema": {"x": "y" * 999}},
            {"name": "t", "description": "é" * 50, "parameters": {"type": "object"}},
        ),
    ],
)
def test_a_tool_costs_what_a_model_is_shown_of_it(tool: dict[str, Any], offered: dict[str, Any]) -> None:
    assert tool_tokens(tool) == estimate(len(jsonrpc.encode(offered)))
