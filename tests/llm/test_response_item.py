from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.response_item import ResponseItem, completed_item


@pytest.mark.parametrize(
    ("arguments", "text"), [({"a": 1}, '{"a": 1}'), (None, ""), ("{", "{"), ([], "[]"), (False, "false")]
)
def test_arguments_are_text(arguments: Any, text: str) -> None:
    assert completed_item({"type": "function_call", "arguments": arguments})["arguments"] == text


def test_pieces_say_whose_they_are() -> None:
    item = ResponseItem(3, completed_item({"type": "reasoning", "id": "r"}))
    (event,) = item.piece("response.reasoning_text.delta", {"type": "response.reasoning_text.delta", "delta": "x"})
    assert (event["output_index"], event["item_id"]) == (3, "r")


def test_a_text_that_was_told_otherwise_is_not_told_again() -> None:
    item = ResponseItem(0, completed_item({"type": "message", "id": "m"}))
    delta = {"type": "response.output_text.delta", "delta": "other"}
    told = [*item.piece("response.output_text.delta", delta)]
    done = [*item.done({"type": "message", "content": "text"})]
    assert [event["type"] for event in [*told, *done]] == [
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
    ]
    assert item.value["content"][0]["text"] == "text"
    assert list(item.done({"type": "message"})) == []


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ({"type": "output_text", "text": "a", "annotations": None}, {"text": "a", "annotations": [], "logprobs": []}),
        ({"text": None}, {"text": "", "annotations": [], "logprobs": []}),
        ({"type": "refusal", "refusal": "no"}, {"refusal": "no"}),
        (5, {"text": "", "annotations": [], "logprobs": []}),
    ],
)
def test_parts_have_what_clients_insist_on(part: Any, whole: dict[str, Any]) -> None:
    item = ResponseItem(0, completed_item({"type": "message", "id": "m"}))
    *_, last = item.done({"type": "message", "content": [part]})
    (found,) = last["item"]["content"]
    assert {name: value for name, value in found.items() if name != "type"} == whole
