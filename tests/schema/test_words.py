"""Typed words as values."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.schema import InputError, Json, build, format_json, read_word, read_words
from tests.support.schemas import JSON_VALUES, schemas


@pytest.mark.parametrize(
    ("schema", "word", "value"),
    [
        ({"oneOf": [{"type": "boolean"}, {"type": "string"}]}, "1", True),
        ({"oneOf": [{"type": "boolean"}, {"type": "string"}]}, "one", "one"),
        ({"type": ["string", "integer", "null"]}, "7", 7),
        ({"type": ["string", "integer", "null"]}, "null", None),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]}, "[1]", [1]),
        ({"enum": ["1", 1, True]}, "1", "1"),
        ({"enum": [1, True]}, "1", 1),
        ({"oneOf": [{"const": "r", "title": "Red"}, {"const": "g", "title": "Green"}]}, "Green", "g"),
        ({"const": {"a": 1}}, '{"a":1}', {"a": 1}),
        ({"type": "object", "additionalProperties": True}, "{}", {}),
        ({}, "007", "007"),
        ({}, "NaN", "NaN"),
        ({}, '"7"', "7"),
    ],
)
def test_a_word_is_what_the_field_wants(schema: Json, word: str, value: Json) -> None:
    read = read_word(build(schema), word)
    assert (read, type(read)) == (value, type(value))


def test_quoted_words_are_text_where_anything_is_allowed() -> None:
    assert read_word(build({}), "7", quoted=True) == "7"
    assert read_word(build({"type": "integer"}), "7", quoted=True) == 7


@pytest.mark.parametrize(
    ("schema", "word", "says"),
    [
        ({"enum": ["red", "green"]}, "blue", "'blue' is not one of red, green"),
        ({"const": 5}, "6", "'6' is not one of 5"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "c", "not one of a, b"),
        ({"type": "array", "prefixItems": [{}]}, "c", "not a JSON list"),
        ({"type": "object"}, "c", "not a JSON object"),
        ({"type": ["integer", "boolean"]}, "maybe", "not true or false"),
        ({"type": "array", "items": {"type": "integer"}}, "x", "not a number"),
    ],
)
def test_what_does_not_fit_is_said(schema: Json, word: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_word(build(schema), word)


@given(schemas(), st.lists(st.text(max_size=5) | JSON_VALUES.map(format_json), min_size=1, max_size=3), st.booleans())
def test_any_word_in_any_field_is_read_or_refused(schema: Any, words: list[str], quoted: bool) -> None:
    with suppress(InputError):
        read_words(build(schema), words, quoted=quoted)
