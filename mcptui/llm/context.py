"""Conversations that are too long for a model, as every provider says it in its own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mcptui.numbers import whole_number

#: The code of the OpenAI API; other providers get it too, so that clients need to know one.
CODE: Final = "context_length_exceeded"
HINT: Final = "the conversation is too long for this model: begin a new one, or use a model with more context"

_CODES: Final = frozenset({CODE, "exceed_context_size_error", "context_window_exceeded", "model_max_prompt_tokens"})
_NUMBER: Final = r"(?P<size>\d[\d,_. ]*\d)"
# Each names the model's limit; what was sent is another number beside it.
_WORDS: Final = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        rf"(?:maximum|max) context (?:length|size|window)(?: of| is|:)?(?: only)? {_NUMBER}",  # OpenAI, vLLM, Mistral
        rf"context (?:size|window|length)(?: is| of)? \(?{_NUMBER} tokens",  # llama.cpp, Ollama
        rf"(?:prompt|input|request) (?:is )?too (?:long|large)\D+\d[\d,]* tokens > {_NUMBER}",  # Anthropic
        rf"exceeds the maximum number of tokens(?: allowed)? \(?{_NUMBER}",  # Gemini
        rf"maximum (?:prompt|input) length is {_NUMBER}",  # xAI
        rf"exceeds the (?:model's |available )?(?:context|limit)\w*\D{{0,40}}{_NUMBER}",  # Copilot, Bedrock
    )
)
_WITHOUT_NUMBER: Final = re.compile(
    r"(?:exceed\w*|larger than|longer than|too long for) (?:the |this )?(?:model'?s? )?(?:\w+ )?context|"
    r"prompt is too long|context (?:length|window|size) (?:was )?exceeded|reduce the length of the (?:messages|prompt)",
    re.IGNORECASE,
)


def is_too_long(code: object, message: str) -> bool:
    """Whether a provider refuses a conversation for its length."""
    return code in _CODES or bool(_WITHOUT_NUMBER.search(message)) or _said_size(message) is not None


def context_size(error: Mapping[str, Any], message: str) -> int | None:
    """How many tokens the model takes, as far as the refusal says it."""
    told = error.get("n_ctx")  # llama.cpp
    return told if isinstance(told, int) and told > 0 else _said_size(message)


def _said_size(message: str) -> int | None:
    for words in _WORDS:
        if found := words.search(message):
            return whole_number(re.sub(r"\D", "", found["size"]))
    return None
