"""Which part of a refused request was the gateway's own, in the words of many providers."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.additions import refused_additions, without

FUNCTION = {"type": "function", "function": {"name": "f", "strict": False}}
BODY: dict[str, Any] = {
    "model": "m",
    "messages": [],
    "temperature": 2,
    "stream": True,
    "stream_options": {"include_usage": True},
    "tools": [FUNCTION],
}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("Unrecognized request argument supplied: stream_options", ("stream_options",)),
        ("m: HTTP 400: property 'stream_options' is unsupported", ("stream_options",)),
        ("Extra inputs are not permitted: tools.0.function.strict", ("strict",)),
        (
            "m: HTTP 422: [{'loc': ['body', 'stream_options'], 'msg': 'extra fields not permitted'}]",
            ("stream_options",),
        ),
        ("Streaming is not supported for this model", ("stream",)),
        ("stream must be false", ("stream",)),
        ("Unsupported parameter", ("stream_options", "strict")),
        ("m: HTTP 400: extra fields not permitted", ("stream_options", "strict")),
        ("Unsupported value: 'temperature' does not support 2", ()),
        ("temperature: unknown parameter", ()),
        ("The response stream was empty", ()),
        ("Unknown parameter: 'tools[0].extra'", ()),
        ("Unrecognized request argument supplied: reasoning.effort", ()),
        ("unsupported model strict-7b", ()),
        ("The model acme/stream has an unsupported parameter", ("stream_options", "strict")),
        ("strict", ()),
        ("Invalid 'messages': too short", ()),
        ("no", ()),
        ("", ()),
    ],
)
def test_what_a_refusal_is_about(said: str, refused: tuple[str, ...]) -> None:
    assert refused_additions(BODY, said) == refused


@pytest.mark.parametrize(
    ("param", "refused"),
    [
        ("stream_options", ("stream_options",)),
        ("stream_options.include_usage", ("stream_options",)),
        ("tools.0.function.strict", ("strict",)),
        ("tools[0].function.parameters", ()),
        ("temperature", ()),
    ],
)
def test_what_is_named_as_the_parameter_counts(param: str, refused: tuple[str, ...]) -> None:
    assert refused_additions(BODY, "Unsupported parameter, see strict and stream_options", param) == refused


def test_what_was_left_out_is_not_refused_again() -> None:
    assert refused_additions(without(BODY, {"stream_options"}), "stream_options is unknown") == ()


def test_requests_without_them() -> None:
    assert without(BODY, ()) == BODY
    bare = without(BODY, {"stream", "strict", "stream_options"})
    assert bare == {
        "model": "m",
        "messages": [],
        "temperature": 2,
        "tools": [{"type": "function", "function": {"name": "f"}}],
    }
    responses = {"tools": [{"type": "function", "name": "f", "strict": False}, {"type": "function", "strict": True}, 5]}
    assert without(responses, {"strict"})["tools"] == [
        {"type": "function", "name": "f"},
        {"type": "function", "strict": True},
        5,
    ]
