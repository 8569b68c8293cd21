"""The items about MCP in a response: what they say, and what a model is told from them alone."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm import items


class Tools:
    """Some tools behind a label."""

    label = "gw"

    def __init__(self, *tools: dict[str, Any]) -> None:
        self.tools = tools


def test_ids_have_the_prefix_of_their_kind_and_are_each_another() -> None:
    ids = {items.new_id("mcp") for _ in range(100)}
    assert len(ids) == 100
    assert {id_.partition("_")[0] for id_ in ids} == {"mcp"}
    assert {len(id_) for id_ in ids} == {len("mcp_") + 32}


@pytest.mark.parametrize(
    ("tool", "listed"),
    [
        ({"name": "a"}, {"input_schema": {"type": "object"}}),
        ({"name": "a", "description": None, "annotations": None}, {"input_schema": {"type": "object"}}),
        ({"name": "a", "description": 5, "annotations": [], "inputSchema": "x"}, {"input_schema": {"type": "object"}}),
        (
            {"name": "a", "inputSchema": {}},
            {"input_schema": {"type": "object"}},
        ),
        (
            {
                "name": "a",
                "description": "A",
                "inputSchema": {"x": 1},
                "annotations": {"readOnlyHint": True},
                "_meta": 1,
            },
            {"description": "A", "input_schema": {"x": 1}, "annotations": {"readOnlyHint": True}},
        ),
    ],
)
def test_the_list_of_a_label(tool: dict[str, Any], listed: dict[str, Any]) -> None:
    source: Any = Tools(tool)
    item = items.tool_list(source)
    assert item.pop("id").startswith("mcpl_")
    assert item == {
        "type": "mcp_list_tools",
        "server_label": "gw",
        "tools": [{"name": "a", **listed}],
    }


def test_a_call_that_begins_and_a_question_about_one() -> None:
    call = items.call_item("mcp_1", "gw", "add", "mcpr_1")
    assert (call["id"], call["server_label"], call["name"], call["approval_request_id"]) == (
        "mcp_1",
        "gw",
        "add",
        "mcpr_1",
    )
    assert (call["status"], call["arguments"], call["output"], call["error"]) == ("in_progress", "", None, None)
    asked = items.approval_request("gw", "add", '{"a": 1}')
    assert asked.pop("id").startswith("mcpr_")
    assert asked == {"type": "mcp_approval_request", "arguments": '{"a": 1}', "name": "add", "server_label": "gw"}


TEXT = [{"type": "text", "text": "boom"}]


@pytest.mark.parametrize(
    ("result", "members"),
    [
        ({"content": TEXT}, {"status": "completed", "output": "boom"}),
        ({"content": []}, {"status": "completed", "output": "(no output)"}),
        ({"content": TEXT, "isError": False}, {"status": "completed", "output": "boom"}),
        (
            {"content": TEXT, "isError": True},
            {"status": "failed", "error": {"type": "mcp_tool_execution_error", "content": TEXT}},
        ),
        ({"isError": True}, {"status": "failed", "error": {"type": "mcp_tool_execution_error", "content": None}}),
    ],
)
def test_what_a_result_makes_of_a_call(result: dict[str, Any], members: dict[str, Any]) -> None:
    assert items.outcome(result) == members


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (items.outcome({"content": TEXT}), "boom"),
        (items.outcome({"content": TEXT, "isError": True}), "Error: boom"),
        (items.outcome({"isError": True}), "Error: (no output)"),
        (items.not_called("no such tool", -32602), "Error: no such tool"),
        ({"output": ""}, "(no output)"),
        ({"output": None, "error": None}, "(no output)"),
        ({}, "(no output)"),
        ({"output": "x", "error": {}}, "x"),
        ({"error": "it broke"}, "Error: it broke"),  # so other implementations write it
    ],
)
def test_what_the_model_is_told_of_an_item(members: dict[str, Any], told: str) -> None:
    assert items.output_text({"type": "mcp_call", **members}) == told


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (None, "the user rejected this call"),
        ("", "the user rejected this call"),
        ("too dear", "the user rejected this call: too dear"),
    ],
)
def test_a_refusal_may_have_a_reason(reason: object, told: str) -> None:
    assert items.rejected(reason) == told
