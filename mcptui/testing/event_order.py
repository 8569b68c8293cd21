"""Checks a stream of the Responses API against the API's definition, event by event."""

from __future__ import annotations

from typing import Any

#: What must have been told of an item before its "output_item.done", by type, as far as it is told in steps.
_STEPS = {
    "mcp_list_tools": [["mcp_list_tools.in_progress"], ["mcp_list_tools.completed", "mcp_list_tools.failed"]],
    "mcp_call": [
        ["mcp_call.in_progress"],
        ["mcp_call_arguments.delta*"],
        ["mcp_call_arguments.done"],
        ["mcp_call.completed", "mcp_call.failed"],
    ],
    "mcp_approval_request": [],
    "function_call": [["function_call_arguments.delta*"], ["function_call_arguments.done"]],
}


def check_order(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The response at the end of a whole stream; an assertion fails where the order is not the API's."""
    kinds = [event["type"].removeprefix("response.") for event in events]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert kinds[:2] == ["created", "in_progress"]
    assert kinds[-1] in ("completed", "incomplete", "failed")
    assert not {"created", "in_progress", "completed", "incomplete", "failed", "error"} & set(kinds[2:-1])
    response: dict[str, Any] = events[-1]["response"]
    assert {event["response"]["id"] for event in (events[0], events[1], events[-1])} == {response["id"]}
    added = [event["output_index"] for event in events if event["type"] == "response.output_item.added"]
    assert added == list(range(len(response["output"])))
    for index, item in enumerate(response["output"]):
        _check_item(index, item, [event for event in events if event.get("output_index") == index])
    return response


def _check_item(index: int, item: dict[str, Any], events: list[dict[str, Any]]) -> None:
    first, *between, last = events
    assert first["type"] == "response.output_item.added"
    assert last["type"] == "response.output_item.done"
    assert last["item"] == item
    assert first["item"]["id"] == item["id"]
    assert all(event["item_id"] == item["id"] for event in between), index
    kinds = [event["type"].removeprefix("response.") for event in between]
    if item["type"] == "message":
        _check_message(item, between)
        return
    for step in _STEPS.get(item["type"], []):
        if step[0].endswith("*"):
            while kinds and kinds[0] == step[0][:-1]:
                kinds.pop(0)
        else:
            assert kinds, f"{step} is missing"
            assert kinds.pop(0) in step
    if item["type"] in _STEPS:
        assert kinds == []
    deltas = "".join(event["delta"] for event in between if event["type"].endswith("arguments.delta"))
    if deltas:
        assert deltas == item["arguments"]


def _check_message(item: dict[str, Any], events: list[dict[str, Any]]) -> None:
    for number, part in enumerate(item["content"]):
        own = [event for event in events if event["content_index"] == number]
        member = "refusal" if part["type"] == "refusal" else "text"
        assert own[0]["type"] == "response.content_part.added"
        assert own[-1]["type"] == "response.content_part.done"
        assert own[-2]["type"] == f"response.{part['type']}.done"
        assert own[-2][member] == part[member] == "".join(event["delta"] for event in own[1:-2])
        assert {event["type"] for event in own[1:-2]} <= {f"response.{part['type']}.delta"}
