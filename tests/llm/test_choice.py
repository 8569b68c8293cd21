"""``tool_choice``: what the provider is told, and which tools a model is offered, now and in later rounds."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.choice import Choice
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions


class Tools:
    """Some tools behind a label."""

    def __init__(self, label: str, *names: str) -> None:
        self.label = label
        self.tools = [{"name": name} for name in names]


FUNCTIONS: Functions[Any] = Functions([Tools("gw", "a", "b"), Tools("other", "a")])
ALL = {("gw", "a"), ("gw", "b"), ("other", "a")}


def offered(choice: Choice) -> set[tuple[str, str]]:
    return {(label, tool) for label, tool in ALL if choice.wants(label, tool)}


@pytest.mark.parametrize(
    ("said", "value", "tools"),
    [
        (None, None, ALL),
        ("auto", "auto", ALL),
        ("none", "none", ALL),
        ("required", "required", ALL),
        ({"type": "function", "name": "f"}, {"type": "function", "name": "f"}, ALL),
        ({"type": "mcp", "server_label": "gw"}, "required", {("gw", "a"), ("gw", "b")}),
        ({"type": "mcp", "server_label": "gw", "name": "b"}, "required", {("gw", "b")}),
        ({"type": "mcp", "server_label": "other", "name": "a"}, "required", {("other", "a")}),
        ({"type": "allowed_tools"}, "auto", set()),
        ({"type": "allowed_tools", "mode": "required", "tools": []}, "required", set()),
        (
            {
                "type": "allowed_tools",
                "mode": "required",
                "tools": [{"type": "mcp", "server_label": "gw", "name": "a"}],
            },
            "required",
            {("gw", "a")},
        ),
        (
            {
                "type": "allowed_tools",
                "tools": [{"type": "mcp", "server_label": "other"}, {"type": "function", "name": "a"}],
            },
            "auto",
            {("other", "a")},
        ),
    ],
)
def test_what_is_offered_at_first(said: Any, value: Any, tools: set[tuple[str, str]]) -> None:
    choice = Choice.of(said, FUNCTIONS)
    assert choice.value == value
    assert offered(choice) == tools


@pytest.mark.parametrize(
    ("said", "value", "tools"),
    [
        (None, None, ALL),
        ("none", "none", ALL),
        ("required", "auto", ALL),
        ({"type": "function", "name": "f"}, "auto", ALL),
        # One label was for the first round.
        ({"type": "mcp", "server_label": "gw"}, "auto", ALL),
        # The list of what is allowed is for all of them.
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "mcp", "server_label": "gw"}]},
            "auto",
            {("gw", "a"), ("gw", "b")},
        ),
    ],
)
def test_a_model_that_was_forced_may_answer_afterwards(said: Any, value: Any, tools: set[tuple[str, str]]) -> None:
    choice = Choice.of(said, FUNCTIONS).afterwards()
    assert choice.value == value
    assert offered(choice) == tools
    assert choice.afterwards() == choice


@pytest.mark.parametrize(
    ("said", "tool", "wanted"),
    [
        ("required", {"type": "function", "name": "f"}, True),
        ({"type": "mcp", "server_label": "gw"}, {"type": "function", "name": "f"}, False),
        (
            {"type": "allowed_tools", "tools": [{"type": "function", "name": "f"}]},
            {"type": "function", "name": "f"},
            True,
        ),
        (
            {"type": "allowed_tools", "tools": [{"type": "function", "name": "f"}]},
            {"type": "function", "name": "g"},
            False,
        ),
        (
            {"type": "allowed_tools", "tools": [{"type": "function", "name": "f"}]},
            {"type": "custom", "name": "f"},
            False,
        ),
        ({"type": "allowed_tools", "tools": [{"type": "web_search"}]}, {"type": "web_search"}, True),
    ],
)
def test_tools_that_are_not_ours(said: Any, tool: dict[str, Any], wanted: bool) -> None:
    assert Choice.of(said, FUNCTIONS).wants_other(tool) is wanted


@pytest.mark.parametrize(
    "said",
    [
        {"type": "mcp", "server_label": "nobody"},
        {"type": "mcp", "server_label": "gw", "name": "c"},
        {"type": "mcp"},
        {"type": "allowed_tools", "tools": 5},
        {"type": "allowed_tools", "tools": ["a"]},
        {"type": "allowed_tools", "tools": {"type": "mcp"}},
    ],
)
def test_a_choice_that_cannot_be_made(said: Any) -> None:
    with pytest.raises(LlmError) as error:
        Choice.of(said, FUNCTIONS)
    assert (error.value.status, error.value.param) == (400, "tool_choice")
