"""Checks a stream of the Responses API against the API's definition, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

Event = dict[str, Any]

#: What must have been told of an item before its "output_item.done", by type, as far as it is told in steps. A star
#: is any number of times.
_STEPS: Final[dict[str, Sequence[Sequence[str]]]] = {
    "mcp_list_tools": [["mcp_list_tools.in_progress"], ["mcp_list_tools.completed", "mcp_list_tools.failed"]],
    "mcp_call": [
        ["mcp_call.in_progress"],
        ["mcp_call_arguments.delta*"],
        ["mcp_call_arguments.done"],
        ["mcp_call.completed", "mcp_call.failed"],
    ],
    "mcp_approval_request": [],
    "function_call": [["function_call_arguments.delta*"], ["function_call_arguments.done"]],
    "custom_tool_call": [["custom_tool_call_input.delta*"], ["custom_tool_call_input.done"]],
    "web_search_call": [
        ["web_search_call.in_progress"],
        ["web_search_call.searching*"],
        ["web_search_call.completed"],
    ],
}
#: By type: the kind of the deltas, and the member that is the whole of them.
_WHOLE: Final = {
    "mcp_call": ("mcp_call_arguments", "arguments"),
    "function_call": ("function_call_arguments", "arguments"),
    "custom_tool_call": ("custom_tool_call_input", "input"),
}
_ENDS: Final = ("completed", "incomplete", "failed")


def check_order(events: Sequence[Event]) -> dict[str, Any]:
    """The response at the end of a whole stream; an assertion fails where the order is not the API's.

    A stream may also end with an "error": then nothing is said of items that are open.
    """
    kinds = _kinds(events)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert kinds[0] == "created"
    begun = ["created", "queued", "in_progress"] if "queued" in kinds else ["created", "in_progress"]
    if kinds[-1] == "failed" and len(kinds) == len(begun):
        begun.pop()  # it failed before anything was done
    assert kinds[: len(begun)] == begun
    about = [*events[: len(begun)], events[-1]]
    assert kinds[-1] in (*_ENDS, "error")
    assert not {"created", "queued", "in_progress", *_ENDS, "error"} & set(kinds[len(begun) : -1])
    if kinds[-1] == "error":
        return {}
    response: dict[str, Any] = events[-1]["response"]
    assert {event["response"]["id"] for event in about} == {response["id"]}
    assert [event["response"]["output"] for event in about[:-1]] == [[]] * len(begun)
    assert response["status"] == kinds[-1]
    added = [event["output_index"] for event in events if event["type"] == "response.output_item.added"]
    assert added == list(range(len(response["output"])))
    for index, item in enumerate(response["output"]):
        _check_item(index, item, [event for event in events if event.get("output_index") == index])
    return response


def check_resumed(events: Sequence[Event], after: int) -> None:
    """A stream that was taken up again goes on with the next event and has none twice."""
    assert [event["sequence_number"] for event in events] == list(range(after + 1, after + 1 + len(events)))
    kinds = _kinds(events)
    assert not kinds or kinds[-1] in (*_ENDS, "error")
    assert not {*_ENDS, "error"} & set(kinds[:-1])


def _kinds(events: Sequence[Event]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]


def _check_item(index: int, item: dict[str, Any], events: Sequence[Event]) -> None:
    first, *between, last = events
    assert first["type"] == "response.output_item.added"
    assert last["type"] == "response.output_item.done"
    assert last["item"] == item
    assert first["item"]["id"] == item["id"]
    assert first["item"]["type"] == item["type"]
    assert all(event["item_id"] == item["id"] for event in between), index
    if item["type"] == "message":
        assert first["item"]["content"] == []
        _check_parts(item["content"], between, "content_part")
    elif item["type"] == "reasoning":
        _check_reasoning(item, between)
    elif item["type"] in _STEPS:
        _check_steps(item, between)


def _check_steps(item: dict[str, Any], events: Sequence[Event]) -> None:
    kinds = _kinds(events)
    for step in _STEPS[item["type"]]:
        if step[0].endswith("*"):
            while kinds and kinds[0] == step[0][:-1]:
                kinds.pop(0)
        else:
            assert kinds, f"{step} is missing"
            assert kinds.pop(0) in step
    assert kinds == []
    if item["type"] == "mcp_call":
        assert events[-1]["type"] == f"response.mcp_call.{item['status']}"
    if item["type"] in _WHOLE:
        what, member = _WHOLE[item["type"]]
        deltas = [event["delta"] for event in events if event["type"] == f"response.{what}.delta"]
        assert [event[member] for event in events if event["type"] == f"response.{what}.done"] == [item[member]]
        assert not deltas or "".join(deltas) == item[member]


def _check_reasoning(item: dict[str, Any], events: Sequence[Event]) -> None:
    """A summary comes in parts, the thoughts themselves as they are."""
    summary = [event for event in events if "summary_index" in event]
    _check_parts(item.get("summary") or [], summary, "reasoning_summary_part", "reasoning_summary_text")
    thoughts = [event for event in events if "summary_index" not in event]
    for number, part in enumerate(item.get("content") or []):
        own = [event for event in thoughts if event["content_index"] == number]
        told = [event for event in own if event["type"].startswith("response.reasoning_text.")]
        if told:
            assert told[-1]["type"] == "response.reasoning_text.done"
            assert told[-1]["text"] == part["text"] == "".join(event["delta"] for event in told[:-1])


def _check_parts(parts: Sequence[Any], events: Sequence[Event], bracket: str, kind: str | None = None) -> None:
    """Every part begins, comes in pieces, is whole, and ends, before the next one begins."""
    index = "content_index" if kind is None else "summary_index"
    assert [event[index] for event in events] == sorted(event[index] for event in events)
    assert {event[index] for event in events} == set(range(len(parts)))
    for number, part in enumerate(parts):
        own = [event for event in events if event[index] == number]
        what = kind or str(part["type"])
        member = "refusal" if part["type"] == "refusal" else "text"
        assert own[0]["type"] == f"response.{bracket}.added"
        assert own[-1]["type"] == f"response.{bracket}.done"
        assert own[-1]["part"] == part
        notes = [event for event in own[1:-1] if event["type"] == "response.output_text.annotation.added"]
        assert [note["annotation"] for note in notes] == (part.get("annotations") or [])[: len(notes)]
        *deltas, done = [event for event in own[1:-1] if event not in notes]
        assert done["type"] == f"response.{what}.done"
        assert done[member] == part[member] == "".join(event["delta"] for event in deltas)
        assert {event["type"] for event in deltas} <= {f"response.{what}.delta"}
