"""A streamed completion as events of the Responses API, each in its place and its order."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.chat_events import ChatEvents


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def call(
    index: int, id_: str | None = None, name: str | None = None, arguments: str = "", **more: Any
) -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": name} if name else {})}
    return {"index": index, "function": function, **({"id": id_} if id_ else {}), **more}


def events_of(*chunks: dict[str, Any]) -> list[dict[str, Any]]:
    events = ChatEvents()
    return [*(event for each in chunks for event in events.take(each)), *events.end()]


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]


def output(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = events[-1]["response"]["output"]
    return found


TEXT = ["output_item.added", "content_part.added", "output_text.delta"]
TEXT_END = ["output_text.done", "content_part.done", "output_item.done"]
CALL_END = ["function_call_arguments.done", "output_item.done"]


def test_a_text() -> None:
    events = events_of(chunk(role="assistant", content=""), chunk(content="Hel"), chunk(content="lo"), chunk("stop"))
    assert kinds(events) == [*TEXT, "output_text.delta", *TEXT_END, "completed"]
    assert [event["delta"] for event in events if "delta" in event] == ["Hel", "lo"]
    (item,) = output(events)
    assert item["content"] == [{"type": "output_text", "text": "Hello", "annotations": [], "logprobs": []}]
    assert {event["item_id"] for event in events if "item_id" in event} == {item["id"]}


def test_nothing_is_said() -> None:
    assert kinds(events_of(chunk("stop"))) == ["completed"]
    assert output(events_of(chunk("stop"))) == []


def test_a_refusal_after_a_text_is_another_part() -> None:
    events = events_of(chunk(content="Hm."), chunk(refusal="No."), chunk("stop"))
    part_done = ["output_text.done", "content_part.done"]
    refusal = ["content_part.added", "refusal.delta", "refusal.done", "content_part.done", "output_item.done"]
    assert kinds(events) == [*TEXT, *part_done, *refusal, "completed"]
    assert [event["content_index"] for event in events if "content_index" in event] == [0] * 4 + [1] * 4
    assert [part["type"] for part in output(events)[0]["content"]] == ["output_text", "refusal"]


def test_a_call_ends_the_message_before_it() -> None:
    events = events_of(
        chunk(content="Hm."),
        chunk(tool_calls=[call(0, "c1", "f", '{"a"')]),
        chunk(tool_calls=[call(0, arguments=":1}")]),
        chunk("tool_calls"),
    )
    deltas = ["output_item.added", *["function_call_arguments.delta"] * 2]
    assert kinds(events) == [*TEXT, *TEXT_END, *deltas, *CALL_END, "completed"]
    message, function = output(events)
    assert message["type"] == "message"
    assert (function["call_id"], function["name"], function["arguments"]) == ("c1", "f", '{"a":1}')
    assert [event["output_index"] for event in events[:-1]] == [0] * 6 + [1] * 5


def test_calls_side_by_side_keep_their_places() -> None:
    events = events_of(
        chunk(tool_calls=[call(0, "c1", "f"), call(1, "c2", "g")]),
        chunk(tool_calls=[call(1, arguments="{}")]),
        chunk(tool_calls=[call(0, arguments="[]")]),
        chunk("tool_calls"),
    )
    assert [(item["call_id"], item["arguments"]) for item in output(events)] == [("c1", "[]"), ("c2", "{}")]
    deltas = [(event["output_index"], event["delta"]) for event in events if event["type"].endswith("arguments.delta")]
    assert deltas == [(1, "{}"), (0, "[]")]


def test_a_call_begins_when_its_name_is_known() -> None:
    events = events_of(
        chunk(tool_calls=[call(0, "c1", arguments="{")]),
        chunk(tool_calls=[call(0, None, "f", "}")]),
        chunk("x"),
    )
    assert kinds(events) == ["output_item.added", "function_call_arguments.delta", *CALL_END, "completed"]
    assert events[1]["delta"] == "{}"
    assert events[0]["item"]["name"] == "f"


@pytest.mark.parametrize(
    ("finish", "status", "reason"),
    [
        ("stop", "completed", None),
        ("tool_calls", "completed", None),
        ("length", "incomplete", "max_output_tokens"),
        ("content_filter", "incomplete", "content_filter"),
        ("eos", "completed", None),
    ],
)
def test_how_it_ends(finish: str, status: str, reason: str | None) -> None:
    last = events_of(chunk(content="Hm."), chunk(finish))[-1]
    assert last["type"] == f"response.{status}"
    assert last["response"]["status"] == status
    assert last["response"]["incomplete_details"] == ({"reason": reason} if reason else None)


def test_usage_may_come_after_everything_else() -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}
    assert events_of(chunk("stop"), usage)[-1]["response"]["usage"]["total_tokens"] == 5
    assert events_of(chunk("stop"))[-1]["response"]["usage"] is None


def test_what_a_model_must_get_back_travels_with_its_calls() -> None:
    beside = {"extra_content": {"signature": "s"}}
    events = events_of(
        chunk(reasoning_content="Let me "),
        chunk(reasoning_content="see."),
        chunk(tool_calls=[call(0, "c1", "f", "{}", **beside), call(1, "c2", "g", "{}")]),
        chunk("tool_calls"),
    )
    first, second = output(events)
    assert first["provider_specific_fields"] == {**beside, "reasoning_content": "Let me see."}
    assert "provider_specific_fields" not in second


def test_thoughts_without_a_call_are_of_no_use() -> None:
    assert len(output(events_of(chunk(reasoning_content="Hm."), chunk(content="Hi."), chunk("stop")))) == 1
