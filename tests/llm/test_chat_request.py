"""A request of the Responses API as one of Chat Completions."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.chat_request import messages_of, to_chat
from mcptui.llm.errors import LlmError


def test_calls_side_by_side_are_one_message_and_images_follow_the_results() -> None:
    calls = [{"type": "function_call", "call_id": id_, "name": "f", "arguments": ""} for id_ in ("c1", "c2")]
    image = {"type": "input_image", "image_url": "data:x"}
    outputs: list[dict[str, Any]] = [
        {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_text", "text": "a"}, image]},
        {"type": "function_call_output", "call_id": "c2", "output": ""},
    ]
    messages = messages_of([*calls, {"type": "reasoning", "id": "r"}, *outputs, {"role": "developer", "content": "x"}])
    assert [message["role"] for message in messages] == ["assistant", "tool", "tool", "user", "system"]
    assert [call["id"] for call in messages[0]["tool_calls"]] == ["c1", "c2"]
    assert messages[3]["content"][1] == {"type": "image_url", "image_url": {"url": "data:x", "detail": "auto"}}


@pytest.mark.parametrize(
    "item",
    [
        {"type": "item_reference", "id": "x"},
        {"role": "user", "content": [{"type": "input_video"}]},
        {"role": "user", "content": [{"type": "input_image", "file_id": "x"}]},
    ],
)
def test_what_chat_completions_does_not_have(item: dict[str, Any]) -> None:
    with pytest.raises(LlmError, match="this model's provider takes no"):
        messages_of([item])


def test_options_of_a_response() -> None:
    schema = {"name": "n", "schema": {"type": "object"}, "strict": True}
    chat = to_chat(
        {
            "input": [],
            "instructions": "Be brief.",
            "max_output_tokens": 5,
            "reasoning": {"effort": "low"},
            "text": {"verbosity": "low", "format": {"type": "json_schema", **schema}},
            "tools": [{"type": "function", "name": "f", "parameters": {}, "strict": None}],
            "tool_choice": {"type": "function", "name": "f"},
            "parallel_tool_calls": False,
        }
    )
    assert chat == {
        "messages": [{"role": "system", "content": "Be brief."}],
        "max_tokens": 5,
        "reasoning_effort": "low",
        "verbosity": "low",
        "response_format": {"type": "json_schema", "json_schema": schema},
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "parallel_tool_calls": False,
    }
    assert to_chat({"input": [], "text": {"format": {"type": "json_object"}}})["response_format"] == {
        "type": "json_object"
    }
    with pytest.raises(LlmError, match="no tool_choice of type 'file_search'"):
        to_chat({"input": [], "tools": chat and [{"type": "function"}], "tool_choice": {"type": "file_search"}})


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"role": "user", "content": "hi"}, {"role": "user", "content": "hi"}),
        ({"role": "developer", "content": "hi"}, {"role": "system", "content": "hi"}),
        ({"role": "assistant", "content": None}, {"role": "assistant", "content": None}),
        (
            {"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "user", "content": "a\nb"},
        ),
        (
            {
                "role": "assistant",
                "content": [{"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "b"}],
            },
            {"role": "assistant", "content": "a", "refusal": "b"},
        ),
        ({"role": "assistant", "content": []}, {"role": "assistant", "content": None}),
        (
            {"type": "function_call_output", "call_id": "c", "output": None},
            {"role": "tool", "tool_call_id": "c", "content": ""},
        ),
    ],
)
def test_items(item: dict[str, Any], message: dict[str, Any]) -> None:
    assert messages_of([item]) == [message]


def test_a_call_goes_into_the_message_before_it() -> None:
    said = {"role": "assistant", "content": [{"type": "output_text", "text": "Hm."}]}
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a": 1}'}
    (message,) = messages_of([said, call])
    assert message["content"] == "Hm."
    assert [each["function"]["arguments"] for each in message["tool_calls"]] == ['{"a": 1}']
    assert [each["role"] for each in messages_of([{"role": "user", "content": "x"}, call])] == ["user", "assistant"]


def test_what_a_provider_put_beside_a_call_goes_back_to_it() -> None:
    beside = {"extra_content": {"signature": "s"}, "reasoning_content": "Hm.", "id": "forged"}
    call = {"type": "function_call", "call_id": "c", "name": "f", "provider_specific_fields": beside}
    (message,) = messages_of([call])
    assert message["reasoning_content"] == "Hm."
    function = {"name": "f", "arguments": "{}"}
    assert message["tool_calls"] == [
        {"extra_content": {"signature": "s"}, "id": "c", "type": "function", "function": function}
    ]
    (plain,) = messages_of([{**call, "provider_specific_fields": "odd"}])
    assert "reasoning_content" not in plain


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"temperature": 0, "top_p": None, "metadata": {}, "store": True}, {"temperature": 0, "metadata": {}}),
        ({"max_output_tokens": 5, "mcptui_chat_only": {"max_completion_tokens": 5}}, {"max_completion_tokens": 5}),
        ({"reasoning": {"effort": None}, "text": {"format": {"type": "text"}}}, {}),
        ({"reasoning": None, "text": None, "tools": None}, {}),
        ({"tool_choice": "auto", "parallel_tool_calls": True}, {}),  # there is nothing to choose
        ({"instructions": ""}, {}),
    ],
)
def test_what_is_said_and_what_is_not(body: dict[str, Any], said: dict[str, Any]) -> None:
    assert to_chat({"input": [], **body}) == {"messages": [], **said}


@pytest.mark.parametrize(
    "body",
    [
        {"reasoning": "high"},
        {"text": "low"},
        {"text": {"format": "json"}},
        {"tools": {}},
        {"tools": ["f"]},
        {"tools": [{"type": "web_search"}]},
        {"tools": [{"type": "function", "name": "f"}], "tool_choice": {"type": "allowed_tools"}},
        {"mcptui_chat_only": ["stop"]},
        {"input": [{"role": "user", "content": 5}]},
        {"input": [{"role": "user", "content": ["x"]}]},
        {"input": [{"role": "assistant", "content": ["x"]}]},
        {"input": [{"role": "user", "content": {"type": "input_text"}}]},
        {"input": [{"type": "function_call_output", "output": ["x"]}]},
        {"input": [{"type": "function_call_output", "output": [{"type": "input_video"}]}]},
    ],
)
def test_malformed_requests_are_refused_before_anything_is_sent(body: dict[str, Any]) -> None:
    with pytest.raises(LlmError) as error:
        to_chat({"input": [], **body})
    assert (error.value.status, error.value.kind) == (400, "invalid_request_error")
    assert error.value.param
