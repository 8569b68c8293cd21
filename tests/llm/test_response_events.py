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


_ADDED: Event = {"type": "response.output_item.added", "item": {**CALL, "arguments": ""}}
_DONE: Event = {"type": "response.output_item.done", "item": {**CALL, "arguments": ""}}
_ALL: Event = {"type": "response.function_call_arguments.done", "arguments": '{"a":1}'}
_PIECE: Event = {"type": "response.function_call_arguments.delta", "delta": '{"a":1}'}
_NOTHING: Event = {"type": "response.function_call_arguments.done", "arguments": ""}
_EMPTY: Event = {"type": "response.function_call_arguments.done", "arguments": "{}"}
_WITH: Event = {"type": "response.output_item.done", "item": {**CALL, "arguments": '{"a":1}'}}
_END: Event = {"type": "response.completed", "response": {}}


def about(event: Event, **marks: Any) -> Event:
    return {**event, **marks}


@pytest.mark.parametrize(
    "events",
    [
        [_ADDED, _ALL, _DONE],
        [_ADDED, _ALL],
        [_ADDED, _PIECE, _DONE],
        [_ADDED, _PIECE, _NOTHING, _DONE],
        [_ADDED, _PIECE, _EMPTY, _DONE],
        [_ADDED, _NOTHING, _WITH],
        [_ADDED, _EMPTY, _WITH],
        [_ADDED, _ALL, about(_DONE, item={**CALL, "arguments": "{}"})],
        [about(_ADDED, item={**CALL, "arguments": '{"a":1}'}), _DONE],
        [about(_ADDED, item={**CALL, "arguments": '{"a":1}'}), _EMPTY, _DONE],
        [_ADDED, about(_ALL, item_id="c"), _DONE],
        [_ADDED, about(_ALL, item_id="other"), _DONE],
        [about(_ALL, item_id="fc"), _DONE],
        [about(_ALL, item_id="c"), _DONE],
        [about(_PIECE, output_index=0), about(_DONE, output_index=0)],
        [_ALL, _ADDED, _DONE],
        [_ALL, about(_END, response={"output": [{**CALL, "arguments": ""}]})],
        [_ADDED, about(_END, response={"output": [{**CALL, "arguments": '{"a":1}'}]})],
    ],
)
def test_no_tool_runs_with_less_than_was_said(events: list[Event]) -> None:
    made = read(*events, *([] if events[-1]["type"] == _END["type"] else [_END]))
    (item,) = made[-1]["response"]["output"]
    assert item["arguments"] == '{"a":1}'
    (done,) = [event for event in made if event["type"] == "response.output_item.done"]
    assert done["item"] == item
    (said,) = [event for event in made if event["type"] == _ALL["type"]]
    assert said["arguments"] == '{"a":1}'
    assert "".join(event["delta"] for event in made if "delta" in event) == '{"a":1}'


@pytest.mark.parametrize(
    "events", [[_DONE, _ALL], [_ADDED, about(_ALL, output_index=7), _DONE], [_DONE, about(_PIECE, item_id="other")]]
)
def test_arguments_of_a_call_that_is_not_known_end_the_answer(events: list[Event]) -> None:
    with pytest.raises(NotOfTheApiError):
        read(*events, _END)


def test_a_call_without_arguments_has_none() -> None:
    for events in ([_ADDED, _NOTHING, _DONE], [_DONE, _NOTHING], [_ADDED, _EMPTY, _DONE]):
        (item,) = read(*events, _END)[-1]["response"]["output"]
        assert item["arguments"] in ("", "{}")
    other = {**_DONE["item"], "id": "fc2", "call_id": "c2"}
    items = read(_WITH, about(_ALL, item_id="fc"), about(_DONE, item=other), _END)[-1]["response"]["output"]
    assert [item["arguments"] for item in items] == ['{"a":1}', ""]


_BEGUN: Event = {"type": "response.output_item.added", "item": {**MESSAGE, "content": []}}
_TEXT_DONE: Event = {"type": "response.output_text.done", "text": "hi"}
_PART_DONE: Event = {"type": "response.content_part.done", "part": {"type": "output_text", "text": "hi"}}
_EMPTY_END: Event = {"type": "response.output_item.done", "item": {**MESSAGE, "content": []}}


@pytest.mark.parametrize(
    "events",
    [
        [_BEGUN, _TEXT_DONE, _EMPTY_END],
        [_BEGUN, _PART_DONE, _EMPTY_END],
        [_BEGUN, _TEXT_DONE, _PART_DONE, _EMPTY_END],
        [_BEGUN, _TEXT_DONE],
        [_TEXT_DONE, _PART_DONE],
        [_PART_DONE],
        [_BEGUN, {"type": "response.output_text.delta", "delta": "h"}, _TEXT_DONE, _EMPTY_END],
        [_BEGUN, {"type": "response.output_text.delta", "delta": "hi"}, about(_TEXT_DONE, text=""), _EMPTY_END],
        [_BEGUN, _TEXT_DONE, about(_EMPTY_END, item={**MESSAGE, "content": [{"type": "output_text", "text": ""}]})],
        [about(_BEGUN, item=MESSAGE), _EMPTY_END],
    ],
)
def test_a_text_that_only_comes_whole_is_told(events: list[Event]) -> None:
    made = read(*events, _END)
    (item,) = made[-1]["response"]["output"]
    assert [part["text"] for part in item["content"]] == ["hi"]
    assert "".join(event["delta"] for event in made if "delta" in event) == "hi"
    assert [kind for kind in kinds(made) if kind.endswith("done")] == [
        "output_text.done",
        "content_part.done",
        "output_item.done",
    ]


def test_the_end_of_a_text_keeps_what_else_the_provider_says_of_it() -> None:
    said = {"logprobs": [{"token": "hi", "logprob": -0.1}], "new": 1}
    part = {"type": "output_text", "text": "hi"}
    made = read(
        {"type": "response.output_item.added", "item": {**MESSAGE, "content": []}},
        {"type": "response.output_text.delta", "delta": "hi"},
        {"type": "response.output_text.done", "content_index": 0, **said},
        {"type": "response.content_part.done", "content_index": 0, "part": part, **said},
        {"type": "response.output_item.done", "item": MESSAGE},
    )
    ends = [event for event in made if event["type"].removeprefix("response.") in TEXT[3:]]
    assert [{name: event[name] for name in said} for event in ends] == [said, said]
    assert ends[0]["text"] == ends[1]["part"]["text"] == "hi"


def test_a_piece_of_thought_is_none_of_a_message() -> None:
    made = read(_BEGUN, {"type": "response.reasoning_text.delta", "delta": "hm"}, _EMPTY_END, _END)
    assert "reasoning_text.delta" not in kinds(made)


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
