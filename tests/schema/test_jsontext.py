"""Strict JSON with places, and texts of every kind in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.schema import JsonTextError, format_json, parse_json


def test_values_survive() -> None:
    value = {"a": [1, 2.5, None, True, "ü"], "b": {}}
    assert parse_json(format_json(value)) == value
    assert "ü" in format_json(value)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_put_into_an_editor(text: str) -> None:
    written = format_json({text: [text]})
    written.encode()
    assert len(written.splitlines()) == 5
    assert json.loads(written) == {text: [text]}


def test_the_place_of_an_error() -> None:
    with pytest.raises(JsonTextError) as caught:
        parse_json('{\n  "a": 1,\n  b\n}')
    assert (caught.value.line, caught.value.column) == (3, 3)
    assert str(caught.value).startswith("line 3, column 3: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "b": 2, "a": 3}', '"a" occurs twice'),
        ("NaN", "NaN is not JSON"),
        ("1e999", "too large"),
        ("9" * 5000, "too large"),
        ('"\\ud800"', "surrogate"),
        ("[" * 100_000, "too deeply"),
    ],
)
def test_what_json_does_not_allow(text: str, message: str) -> None:
    with pytest.raises(JsonTextError, match=message) as caught:
        parse_json(text)
    assert caught.value.line is None
    assert message.split()[0] in str(caught.value)
