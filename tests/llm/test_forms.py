"""Requests in both forms: what a conversation is in one and in the other."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.chat_request import messages_of, to_chat
from mcptui.llm.chat_to_responses import items_of, to_responses
from mcptui.llm.errors import LlmError

CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "look"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk=", "detail": "low"}},
            {"type": "file", "file": {"file_id": "file_1"}},
            {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
        ],
    },
    {"role": "assistant", "content": "Hm.", "tool_calls": [{**CALL, "extra_content": {"signature": "s"}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "result"},
    {"role": "assistant", "content": None, "refusal": "No."},
]


def test_there_and_back() -> None:
    assert messages_of(items_of(MESSAGES)) == MESSAGES


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


def test_options_of_a_completion() -> None:
    function = {"name": "f", "parameters": {}}
    request = to_responses(
        {
            "model": "m",
            "messages": [],
            "tools": [{"type": "function", "function": function}, {"type": "mcp", "server_label": "gw"}],
            "tool_choice": {"type": "function", "function": {"name": "f"}},
            "response_format": {"type": "json_object"},
            "verbosity": "low",
            "stop": "x",
        }
    )
    assert request == {
        "model": "m",
        "input": [],
        "tools": [{"type": "function", "strict": None, **function}, {"type": "mcp", "server_label": "gw"}],
        "tool_choice": {"type": "function", "name": "f"},
        "text": {"format": {"type": "json_object"}, "verbosity": "low"},
        "mcptui_chat_only": {"stop": "x"},
    }
    allowed = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [{"type": "mcp"}]}}
    assert to_responses({"messages": [], "tool_choice": allowed})["tool_choice"] == {
        "type": "allowed_tools",
        "mode": "required",
        "tools": [{"type": "mcp"}],
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": [1]},
        {"messages": [], "tools": {}},
        {"messages": [], "n": 2},
        {"messages": [{"role": "robot"}]},
        {"messages": [{"role": "user", "content": 5}]},
        {"messages": [{"role": "user", "content": [{"type": "video"}]}]},
        {"messages": [{"role": "assistant", "tool_calls": [{"type": "custom"}]}]},
    ],
)
def test_malformed_completions(body: dict[str, Any]) -> None:
    with pytest.raises(LlmError) as error:
        to_responses(body)
    assert error.value.status == 400
