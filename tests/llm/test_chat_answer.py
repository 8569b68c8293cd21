"""The events of a run as a completion: what a client gets in chunks, and in one piece, is the same."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.chat_answer import ChatAnswer
from mcptui.llm.turn import Turn

MESSAGE = {"type": "message", "role": "assistant", "content": []}


def added(index: int, **item: Any) -> dict[str, Any]:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def done(index: int, **item: Any) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": index, "item": item}


def text(delta: str, index: int = 0) -> dict[str, Any]:
    return {"type": "response.output_text.delta", "output_index": index, "delta": delta}


def arguments(index: int, delta: str) -> dict[str, Any]:
    return {"type": "response.function_call_arguments.delta", "output_index": index, "delta": delta}


def ended(kind: str = "completed", **response: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "response": {"status": kind, **response}}


def function(name: str = "f", given: str = "", call_id: str = "c1", **more: Any) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": given, **more}


def answered(*events: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """All chunks, and the completion."""
    answer = ChatAnswer("mine", lambda label, name: f"{label}__{name}")
    chunks = [chunk for event in events for chunk in answer.take(event)]
    return [*chunks, *answer.last_chunks(with_usage=False)], answer.completion()


def put_together(chunks: list[dict[str, Any]]) -> tuple[dict[str, Any], str | None]:
    """What a client makes of the chunks: the message, and why it ended."""
    turn = Turn()
    for chunk in chunks:
        turn.add(chunk)
    return turn.message(), turn.finish_reason


SCRIPTS: list[tuple[str, list[dict[str, Any]], dict[str, Any], str]] = [
    ("nothing", [ended()], {"content": None}, "stop"),
    ("a text", [added(0, **MESSAGE), text("Hel"), text("lo"), ended()], {"content": "Hello"}, "stop"),
    (
        "texts of two rounds are paragraphs",
        [added(0, **MESSAGE), text("a"), added(2, **MESSAGE), text("b", 2), text("c", 2), ended()],
        {"content": "a\n\nbc"},
        "stop",
    ),
    (
        "a message without a text makes no paragraph",
        [added(0, **MESSAGE), added(1, **MESSAGE), text("b", 1), ended()],
        {"content": "b"},
        "stop",
    ),
    (
        "a refusal",
        [added(0, **MESSAGE), {"type": "response.refusal.delta", "output_index": 0, "delta": "No."}, ended()],
        {"content": None, "refusal": "No."},
        "stop",
    ),
    (
        "a call in pieces",
        [
            added(0, **function()),
            arguments(0, '{"a"'),
            arguments(0, ":1}"),
            done(0, **function(given='{"a":1}')),
            ended(),
        ],
        {"content": None, "tool_calls": [("c1", "f", '{"a":1}')]},
        "tool_calls",
    ),
    (
        "a call whose arguments come at its end only",
        [added(0, **function()), done(0, **function(given='{"a":1}')), ended()],
        {"content": None, "tool_calls": [("c1", "f", '{"a":1}')]},
        "tool_calls",
    ),
    (
        "a call without arguments",
        [added(0, **function()), done(0, **function()), ended()],
        {"content": None, "tool_calls": [("c1", "f", "{}")]},
        "tool_calls",
    ),
    (
        "a call of which nobody said that it begins",
        [arguments(0, '{"a":'), arguments(0, "1}"), done(0, **function(given='{"a":1}')), ended()],
        {"content": None, "tool_calls": [("c1", "f", '{"a":1}')]},
        "tool_calls",
    ),
    (
        "a call that is said to begin twice",
        [added(0, **function()), added(0, **function()), arguments(0, "{}"), done(0, **function(given="{}")), ended()],
        {"content": None, "tool_calls": [("c1", "f", "{}")]},
        "tool_calls",
    ),
    (
        "calls side by side",
        [
            added(1, **function("f", call_id="c1")),
            added(3, **function("g", call_id="c2")),
            arguments(3, "{}"),
            arguments(1, "[]"),
            done(3, **function("g", "{}", "c2")),
            done(1, **function("f", "[]", "c1")),
            ended(),
        ],
        {"content": None, "tool_calls": [("c1", "f", "[]"), ("c2", "g", "{}")]},
        "tool_calls",
    ),
    (
        "a call of ours that needs an approval is the client's to send back",
        [
            done(0, type="mcp_approval_request", id="mcpr_1", server_label="gw", name="add", arguments='{"a": 1}'),
            ended(),
        ],
        {"content": None, "tool_calls": [("mcpr_1", "gw__add", '{"a": 1}')]},
        "tool_calls",
    ),
    (
        "an answer that was cut off",
        [added(0, **MESSAGE), text("Hel"), ended("incomplete", incomplete_details={"reason": "max_output_tokens"})],
        {"content": "Hel"},
        "length",
    ),
    (
        "a limit of the gateway",
        [ended("incomplete", incomplete_details={"reason": "max_messages"})],
        {"content": None},
        "length",
    ),
    (
        "a filter",
        [ended("incomplete", incomplete_details={"reason": "content_filter"})],
        {"content": None},
        "content_filter",
    ),
]


@pytest.mark.parametrize(
    ("events", "message", "finish"), [each[1:] for each in SCRIPTS], ids=[each[0] for each in SCRIPTS]
)
def test_chunks_and_completion_say_the_same(events: list[dict[str, Any]], message: dict[str, Any], finish: str) -> None:
    chunks, whole = answered(*events)
    calls = [
        {"id": id_, "type": "function", "function": {"name": name, "arguments": given}}
        for id_, name, given in message.get("tool_calls", ())
    ]
    expected = {"role": "assistant", **message, **({"tool_calls": calls} if calls else {})}
    assert put_together(chunks) == (expected, finish)
    (choice,) = whole["choices"]
    assert choice["finish_reason"] == finish
    assert {"refusal": None, **expected} == choice["message"]


def test_the_head_of_every_chunk_is_that_of_the_completion() -> None:
    answer = ChatAnswer("mine", lambda *_: "")
    chunks = [*answer.take({"type": "response.created"}), *answer.take(text("a")), *answer.last_chunks(with_usage=True)]
    whole = answer.completion()
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    for name in ("id", "created", "model"):
        assert {chunk[name] for chunk in chunks} == {whole[name]}
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert (whole["object"], whole["model"]) == ("chat.completion", "mine")


@pytest.mark.parametrize("with_usage", [False, True])
def test_usage_is_a_chunk_of_its_own_where_it_is_wanted(with_usage: bool) -> None:
    answer = ChatAnswer("mine", lambda *_: "")
    answer.take(ended(usage={"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}))
    chunks = answer.last_chunks(with_usage=with_usage)
    assert len(chunks) == 1 + with_usage
    if with_usage:
        assert (chunks[-1]["choices"], chunks[-1]["usage"]["prompt_tokens"]) == ([], 3)
    assert answer.completion()["usage"]["completion_tokens"] == 2


def test_what_happened_with_tools_of_the_gateway_stands_beside_the_message() -> None:
    call = {"type": "mcp_call", "id": "mcp_1", "server_label": "gw", "name": "add", "arguments": "{}"}
    chunks, whole = answered(
        done(0, type="mcp_list_tools", server_label="gw", tools=[{"name": "add"}]),
        done(1, **call, output="3", error=None),
        done(2, **{**call, "id": "mcp_2"}, output=None, error={"message": "no"}),
        ended(),
    )
    fields = whole["choices"][0]["message"]["provider_specific_fields"]
    assert chunks[-1]["choices"][0]["delta"] == {"provider_specific_fields": fields}
    assert fields["mcp_list_tools"] == [{"name": "add"}]
    assert [each["id"] for each in fields["mcp_tool_calls"]] == ["mcp_1", "mcp_2"]
    assert [(each["tool_call_id"], each["result"], each["error"]) for each in fields["mcp_call_results"]] == [
        ("mcp_1", "3", None),
        ("mcp_2", None, {"message": "no"}),
    ]


def test_what_a_provider_put_beside_a_call_comes_along() -> None:
    beside = {"extra_content": {"signature": "s"}, "id": "forged"}
    _, whole = answered(added(0, **function()), done(0, **function(provider_specific_fields=beside)), ended())
    (call,) = whole["choices"][0]["message"]["tool_calls"]
    assert (call["id"], call["extra_content"]) == ("c1", {"signature": "s"})


@pytest.mark.parametrize(
    "kind", ["response.in_progress", "response.output_text.done", "response.mcp_call.completed", "x"]
)
def test_other_events_bring_nothing(kind: str) -> None:
    assert ChatAnswer("mine", lambda *_: "").take({"type": kind, "output_index": 0}) == []


def test_calls_of_mcp_tools_are_told_in_the_order_of_the_model() -> None:
    """They run side by side, and the last may end first."""
    ended_in = (3, 1, 2)
    call = {"type": "mcp_call", "server_label": "s", "arguments": "{}", "output": "", "error": None}
    events = [done(index, id=f"m{index}", name=f"tool{index}", **call) for index in ended_in]
    _, completion = answered(*events, ended())
    fields = completion["choices"][0]["message"]["provider_specific_fields"]
    assert [called["id"] for called in fields["mcp_tool_calls"]] == ["m1", "m2", "m3"]
    assert [result["tool_call_id"] for result in fields["mcp_call_results"]] == ["m1", "m2", "m3"]
