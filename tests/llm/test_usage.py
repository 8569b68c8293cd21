from __future__ import annotations

from mcptui.llm.usage import added, from_chat, to_chat, whole

WHOLE = {
    "input_tokens": 5,
    "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
    "output_tokens": 3,
    "output_tokens_details": {"reasoning_tokens": 1},
    "total_tokens": 8,
}


def test_sums() -> None:
    total = added(added({}, {"a": 1, "b": {"c": 2}, "d": None}), {"a": 3, "b": {"c": 4, "e": 5}})
    assert total == {"a": 4, "b": {"c": 6, "e": 5}}
    assert added(total, None) == total


def test_every_member_that_the_api_has() -> None:
    told = {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": None}}
    assert whole({**told, "output_tokens": 3, "output_tokens_details": {"reasoning_tokens": 1}}) == WHOLE
    assert whole({}) is None


def test_both_forms() -> None:
    chat = to_chat(WHOLE)
    assert chat == {
        "prompt_tokens": 5,
        "completion_tokens": 3,
        "total_tokens": 8,
        "prompt_tokens_details": {"cached_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 1},
    }
    assert from_chat(chat) == WHOLE
    assert from_chat({"prompt_tokens": "x"})["total_tokens"] == 0  # type: ignore[index]
    assert from_chat({}) is None
    assert to_chat(None) is None
