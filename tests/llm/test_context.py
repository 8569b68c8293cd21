"""The words of real providers."""

from __future__ import annotations

import pytest

from mcptui.llm.context import context_size, is_too_long


@pytest.mark.parametrize(
    ("code", "message", "size"),
    [
        (
            "context_length_exceeded",
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 130,005 tokens.",
            128000,
        ),
        (
            None,
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
            4096,
        ),
        (None, "prompt is too long: 210000 tokens > 200000 maximum", 200000),
        (
            None,
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            1048576,
        ),
        (
            None,
            "the request exceeds the available context size (4096 tokens), try increasing it",
            4096,
        ),
        (None, "This model's maximum prompt length is 131072 but the request contains 140000 tokens.", 131072),
        ("context_length_exceeded", "Please reduce the length of the messages or completion.", None),
        ("context_length_exceeded", "Your input exceeds the context window of this model.", None),
        (None, "Your input exceeds the context window of this model. Please adjust your input and try again.", None),
        ("exceed_context_size_error", "too much", None),
    ],
)
def test_a_conversation_that_is_too_long(code: str | None, message: str, size: int | None) -> None:
    assert is_too_long(code, message)
    assert context_size({}, message) == size


def test_a_size_beside_the_words() -> None:
    assert context_size({"n_ctx": 8192, "n_prompt_tokens": 9000}, "too much") == 8192


@pytest.mark.parametrize(
    "message",
    [
        "the model is overloaded",
        "max_tokens is too large: 100000. This model supports at most 16384 completion tokens",
        "Rate limit reached for gpt-4o: Limit 30000, Used 29000, Requested 2000.",
        "no reason given",
    ],
)
def test_other_refusals(message: str) -> None:
    assert not is_too_long(None, message)
