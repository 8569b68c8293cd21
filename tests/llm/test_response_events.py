"""Events that a provider leaves out are told all the same, in the order of the API; whole answers of deviating
providers are in the gateway's tests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.llm.response_events import NotOfTheApiError, ResponseEvents

Event = dict[str, Any]

CALL: Event = {"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": "{}"}
MESSAGE: Event = {"type": "message", "id": "m", "content": [{"type": "output_text", "text": "hi"}]}
TEXT = ["output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done"]
ARGUMENTS = ["output_item.added", "function_call_arguments.delta", "function_call_arguments.done"]


def read(*events: Event) -> list[Event]:
    reader = ResponseEvents()
    return [*(made for event in events for made in reader.take(event)), *reader.end()]


def kinds(events: list[Event]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([{"type": "response.output_item.done", "item": MESSAGE}], TEXT),
        ([{"type": "response.output_item.done", "item": CALL}], ARGUMENTS),
        ([{"type": "response.completed", "response": {"output": [CALL]}}], ARGUMENTS),
        ([{"object": "response", "output": [MESSAGE]}], TEXT),
        ([{"type": "response.output_item.done", "item": {"type": "reasoning"}}], ["output_item.added"]),
        (
            [
                {"type": "response.output_item.added", "item": {**MESSAGE, "content": []}},
                {"type": "response.output_text.delta", "delta": "h"},
                {"type": "response.output_item.done", "item": MESSAGE},
            ],
            [*TEXT[:3], "output_text.delta", *TEXT[3:]],
        ),
    ],
)
def test_what_is_left_out_is_told(events: list[Event], told: list[str]) -> None:
    made = read(*events)
    assert kinds(made) == [*told, "output_item.done", "completed"]
    assert {event["output_index"] for event in made[:-1]} == {0}
    deltas = "".join(event["delta"] for event in made if "delta" in event)
    assert deltas == ("hi" if TEXT[2] in told else "{}" if ARGUMENTS[1] in told else "")


def test_a_call_gets_what_it_lacks() -> None:
    (item,) = read({"object": "response", "output": [{"type": "function_call"}]})[-1]["response"]["output"]
    assert (item["name"], item["arguments"], item["call_id"]) == ("", "", item["id"])


def test_an_answer_that_was_cut_says_why() -> None:
    end = read({"type": "response.incomplete", "response": {"output": [MESSAGE]}})[-1]
    assert end["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
    told = {"reason": "content_filter"}
    end = read({"object": "response", "status": "incomplete", "output": [MESSAGE], "incomplete_details": told})[-1]
    assert (end["type"], end["response"]["incomplete_details"]) == ("response.incomplete", told)


@pytest.mark.parametrize(
    "events",
    [
        [],
        [{"type": "response.created", "response": {}}],
        [{"type": "response.output_item.added", "item": {**CALL, "arguments": ""}}],
        [
            {"type": "response.output_item.added", "item": {**CALL, "arguments": ""}},
            {"type": "response.function_call_arguments.delta", "delta": '{"x'},
        ],
    ],
)
def test_what_is_cut_off_has_no_end(events: list[Event]) -> None:
    reader = ResponseEvents()
    for event in events:
        list(reader.take(event))
    assert list(reader.end()) == []
    assert not reader.has_ended


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": 5},
        {"type": "response.output_item.added"},
        {"type": "response.output_item.done", "item": {}},
        {"type": "response.output_text.delta"},
        {"object": "response", "status": "queued"},
    ],
)
def test_what_cannot_be_understood(event: Event) -> None:
    with pytest.raises(NotOfTheApiError):
        list(ResponseEvents().take(event))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "x", "{}", "message", "function_call", "m"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "id", "content", "text", "name", "arguments", "call_id"]), inner)
    ),
    max_leaves=6,
)
_KINDS = st.sampled_from(
    [
        "output_item.added", "output_item.done", "output_text.delta", "output_text.done", "content_part.added",
        "content_part.done", "refusal.delta", "function_call_arguments.delta", "function_call_arguments.done",
        "completed", "incomplete", "created", "ping",
    ]
)  # fmt: skip
_EVENTS = st.fixed_dictionaries(
    {"type": _KINDS.map(lambda kind: f"response.{kind}")},
    optional=dict.fromkeys(
        ("item", "output_index", "item_id", "delta", "text", "arguments", "part", "content_index", "response"), _VALUES
    ),
)


@given(st.lists(_EVENTS, max_size=6))
def test_whatever_comes_every_item_begins_and_ends_once(events: list[Event]) -> None:
    try:
        made = read(*events)
    except NotOfTheApiError:
        return
    state: dict[int, str] = {}
    for event in made:
        if event["type"] in ("response.created", "response.completed", "response.incomplete"):
            continue
        index: int = event["output_index"]
        if event["type"] == "response.output_item.added":
            assert index not in state
            state[index] = "open"
        else:
            assert state.get(index) == "open"
            state[index] = "done" if event["type"] == "response.output_item.done" else "open"
    if made and made[-1]["type"] in ("response.completed", "response.incomplete"):
        assert set(state.values()) <= {"done"}
        assert len(made[-1]["response"]["output"]) == len(state)
