from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mcptui.llm.turn import Turn


def chunk(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def call(index: int | None = None, identifier: str | None = None, name: str | None = None, arguments: str = "") -> Any:
    function = {"arguments": arguments, **({"name": name} if name else {})}
    return {
        "function": function,
        **({"index": index} if index is not None else {}),
        **({"id": identifier} if identifier else {}),
    }


def test_text_and_usage() -> None:
    turn = Turn()
    pieces = [
        turn.add(chunk(role="assistant", content="")),
        turn.add(chunk(content="Hel")),
        turn.add(chunk(content="lo")),
    ]
    turn.add({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    turn.add({"choices": [], "usage": {"total_tokens": 3}})
    assert pieces == ["", "Hel", "lo"]
    assert (turn.finish_reason, turn.usage) == ("stop", {"total_tokens": 3})
    assert turn.message() == {"role": "assistant", "content": "Hello"}


def test_refusal() -> None:
    turn = Turn()
    assert turn.add(chunk(refusal="No")) == "No"
    assert turn.message() == {"role": "assistant", "content": None, "refusal": "No"}


def test_interleaved_calls_by_index() -> None:
    turn = Turn()
    turn.add(chunk(tool_calls=[call(0, "a", "one"), call(1, "b", "two")]))
    turn.add(chunk(tool_calls=[call(1, arguments='{"x"')]))
    turn.add(chunk(tool_calls=[call(0, arguments="{}")]))
    turn.add(chunk(tool_calls=[call(1, "b", "two", arguments=":1}")]))
    assert turn.message()["tool_calls"] == [
        {"id": "a", "type": "function", "function": {"name": "one", "arguments": "{}"}},
        {"id": "b", "type": "function", "function": {"name": "two", "arguments": '{"x":1}'}},
    ]


def test_calls_without_index_or_id() -> None:
    turn = Turn()
    turn.add(chunk(tool_calls=[call(None, "a", "one", "{"), call(None, "b", "two", "{}")]))
    turn.add(chunk(tool_calls=[call(None, "a", None, "}")]))
    assert [entry["function"]["arguments"] for entry in turn.calls] == ["{}", "{}"]
    bare = Turn()
    bare.add(chunk(tool_calls=[call(None, None, "one", "{")]))
    bare.add(chunk(tool_calls=[call(None, None, None, "}")]))
    (only,) = bare.calls
    assert only["function"] == {"name": "one", "arguments": "{}"}
    assert only["id"].startswith("call_")


def test_what_a_provider_puts_beside_a_call_goes_back_to_it() -> None:
    turn = Turn()
    turn.add(chunk(tool_calls=[{**call(0, "a", "one"), "extra_content": {"signature": "s"}}]))
    assert turn.message()["tool_calls"][0]["extra_content"] == {"signature": "s"}


def test_odd_calls_are_passed_over() -> None:
    turn = Turn()
    turn.add(chunk(tool_calls=[1, {"id": ""}]))
    turn.add(chunk(tool_calls=[]))
    assert [entry["function"]["name"] for entry in turn.calls] == [""]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "tool_calls", "function", "name", "arguments", "id", "index"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(st.lists(st.dictionaries(st.sampled_from(["choices", "usage"]), values | st.lists(values)), max_size=4))
def test_any_chunks_are_survived(chunks: list[dict[str, Any]]) -> None:
    turn = Turn()
    text = "".join(turn.add(each) for each in chunks)
    assert len(text) == len(turn.text) + len(turn.refusal)
    assert turn.message()["role"] == "assistant"
