"""A request of Chat Completions as one of the Responses API, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.chat_request import messages_of
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


@pytest.mark.parametrize(
    ("message", "items"),
    [
        ({"role": "user", "content": "hi"}, [{"type": "message", "role": "user", "content": "hi"}]),
        (
            {"role": "developer", "content": [{"type": "text", "text": "hi"}]},
            [{"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "hi"}]}],
        ),
        (
            {"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a\nb"}]}],
        ),
        ({"role": "assistant", "content": None}, []),
        ({"role": "assistant", "content": ""}, []),
        (
            {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "a"}, {"type": "x"}]},
            [{"type": "function_call_output", "call_id": "c1", "output": "a"}],
        ),
        (
            {"role": "tool", "tool_call_id": "c1", "content": None},
            [{"type": "function_call_output", "call_id": "c1", "output": ""}],
        ),
        (
            {"role": "assistant", "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": ""}}]},
            [{"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}],
        ),
    ],
)
def test_messages(message: dict[str, Any], items: list[dict[str, Any]]) -> None:
    assert items_of([message]) == items


TEXT, REFUSAL = {"type": "output_text", "text": "Hm."}, {"type": "refusal", "refusal": "No."}


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ({"content": "Hm.", "refusal": "No."}, [TEXT, REFUSAL]),
        ({"content": None, "refusal": "No."}, [REFUSAL]),
        ({"content": [{"type": "text", "text": "Hm."}, REFUSAL]}, [TEXT, REFUSAL]),
        ({"content": [REFUSAL]}, [REFUSAL]),
        ({"content": [REFUSAL], "refusal": None}, [REFUSAL]),
        ({"content": "Hm.", "refusal": ""}, [TEXT]),
    ],
)
def test_an_assistant_may_say_something_and_refuse(message: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    (item,) = items_of([{"role": "assistant", **message}])
    assert item["content"] == parts
    (back,) = messages_of([item])
    texts = [part["text"] for part in parts if "text" in part]
    assert (back["content"], back.get("refusal")) == (texts[0] if texts else None, "No." if REFUSAL in parts else None)


def test_thoughts_travel_with_the_first_call() -> None:
    calls = [{**CALL, "id": id_} for id_ in ("c1", "c2")]
    message = {"role": "assistant", "content": None, "reasoning_content": "Hm.", "tool_calls": calls}
    items = items_of([message])
    assert [item.get("provider_specific_fields") for item in items] == [{"reasoning_content": "Hm."}, None]
    assert messages_of(items) == [message]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"max_tokens": 5}, {"max_output_tokens": 5}),
        (
            {"max_completion_tokens": 7, "max_tokens": 5},
            {"max_output_tokens": 7, "mcptui_chat_only": {"max_completion_tokens": 7}},
        ),
        ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
        ({"n": 1, "stream": True, "stream_options": {}}, {"stream": True}),
        ({"temperature": 0, "top_p": None, "store": False}, {"temperature": 0, "store": False}),
        ({"seed": 1, "stop": None}, {"mcptui_chat_only": {"seed": 1}}),
        ({"tool_choice": "required"}, {"tool_choice": "required"}),
        (
            {"tool_choice": {"type": "mcp", "server_label": "gw"}},
            {"tool_choice": {"type": "mcp", "server_label": "gw"}},
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}},
            {"text": {"format": {"type": "json_schema", "name": "n", "schema": {}}}},
        ),
        ({"tools": []}, {"tools": []}),
    ],
)
def test_options(body: dict[str, Any], said: dict[str, Any]) -> None:
    assert to_responses({"messages": [], **body}) == {"input": [], **said}


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
        {"messages": [{"role": "assistant", "tool_calls": 5}]},
        {"messages": [{"role": "assistant", "tool_calls": ["f"]}]},
        {"messages": [{"role": "assistant", "tool_calls": CALL}]},
        {"messages": [{"role": "assistant", "content": 5}]},
        {"messages": [{"role": "assistant", "content": [5]}]},
        {"messages": [{"role": "assistant", "function_call": {}}]},
        {"messages": [{"role": "tool", "content": 5}]},
        {"messages": [{"role": "tool", "content": ["x"]}]},
        {"messages": [{"role": "tool", "content": {"text": "x"}}]},
        {"messages": [{"role": "user"}]},
        {"messages": [{"role": "user", "content": ["x"]}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "data:x"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "file"}]}]},
        {"messages": {}},
        {"messages": [], "tools": [5]},
        {"messages": [], "tool_choice": {"allowed_tools": {"tools": 5}}},
        {"messages": [], "tool_choice": {"allowed_tools": {"tools": [5]}}},
        {"messages": [], "functions": []},
        {"messages": [], "function_call": "auto"},
    ],
)
def test_malformed_completions(body: dict[str, Any]) -> None:
    with pytest.raises(LlmError) as error:
        to_responses(body)
    assert error.value.status == 400
