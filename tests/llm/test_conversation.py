"""Input items: what a provider is sent of them."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.conversation import Conversation, read_input
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions

FUNCTIONS = Functions[Any]([])


def item(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "type": "mcp_call", "server_label": "gw", "name": "t", "arguments": "{}", **more}


def read(*given: dict[str, Any], ours: bool = True) -> Conversation:
    return read_input(list(given), Conversation(), FUNCTIONS, lambda label: ours and label == "gw")


def test_calls_side_by_side_and_their_outputs() -> None:
    failed = {"type": "mcp_tool_execution_error", "content": [{"type": "text", "text": "boom"}]}
    refused = {"type": "mcp_protocol_error", "code": 1, "message": "no"}
    found = read(
        {"type": "mcp_list_tools", "id": "l", "server_label": "gw", "tools": []},
        item("a", output="ok"),
        item("b", error=failed),
        item("c", error=refused),
        item("d", error="gone"),
        {"role": "user", "content": "and?"},
    )
    kinds = [entry.get("type", "message") for entry in found.items]
    assert kinds == ["function_call"] * 4 + ["function_call_output"] * 4 + ["message"]
    assert [entry["output"] for entry in found.items[4:8]] == ["ok", "Error: boom", "Error: no", "Error: gone"]
    assert found.listed == {"gw"}


def test_items_of_others_stay_as_they_are() -> None:
    asked = {"type": "mcp_approval_request", "id": "r", "server_label": "far", "name": "t", "arguments": "{}"}
    answer = {"type": "mcp_approval_response", "approval_request_id": "r", "approve": True}
    given = [item("a", server_label="far"), asked, answer]
    assert read(*given).items == given


def test_an_answer_that_was_acted_upon() -> None:
    asked = {"type": "mcp_approval_request", "id": "r", "server_label": "gw", "name": "t", "arguments": "{}"}
    answer = {"type": "mcp_approval_response", "approval_request_id": "r", "approve": True}
    found = read(asked, answer, item("a", approval_request_id="r", output="ok"))
    assert found.approved == []
    assert len(found.items) == 2


def test_thoughts_that_led_to_nothing_are_left_out() -> None:
    thought = {"type": "reasoning", "id": "r"}
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    found = read(thought, call, thought, {"role": "user", "content": "x"})
    assert found.items == [thought, call, {"role": "user", "content": "x"}]


@pytest.mark.parametrize("given", [None, 5, [1], {}])
def test_malformed_input(given: Any) -> None:
    with pytest.raises(LlmError, match="input must be a string or a list of items"):
        read_input(given, Conversation(), FUNCTIONS, lambda _: True)
