"""Arguments as models and providers write them: nothing that cannot be read becomes an empty call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.llm.arguments import arguments_text, fullest, is_json, read_arguments


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"a": NaN}', "[" * 100_000, "1"])
def test_arguments_that_are_no_object_are_none(text: str) -> None:
    assert read_arguments(text) is None


def test_arguments() -> None:
    assert read_arguments('{"a": [1]}') == {"a": [1]}
    assert read_arguments(" ") == {}
    assert read_arguments(json.dumps('{"a": 1}')) == {"a": 1}
    assert read_arguments(json.dumps(json.dumps("{}"))) is None


@pytest.mark.parametrize("value", [{"a": [1]}, {}, [1], [], 5, 0, True, False, "x", '{"a": 1}', None])
def test_what_is_no_text_becomes_the_text_of_it(value: Any) -> None:
    text = arguments_text(value)
    expected = {"": {}, '{"a": 1}': {"a": 1}, '{"a": [1]}': {"a": [1]}, "{}": {}}.get(text)
    assert read_arguments(text) == expected


@pytest.mark.parametrize(
    ("text", "is_whole"), [("", True), (" ", True), ("{}", True), ("[1]", True), ("{", False), ("{}{}", False)]
)
def test_whole_texts(text: str, is_whole: bool) -> None:
    assert is_json(text) is is_whole


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_an_object_or_none(text: str) -> None:
    assert isinstance(read_arguments(text), dict | None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (["", None, '{"a": 1}'], '{"a": 1}'),
        (["{}", '{"a": 1}', ""], '{"a": 1}'),
        (["{}", ""], "{}"),
        (['{"a', '{"a": 1}'], '{"a": 1}'),
        (['{"a', "{}"], '{"a'),
        (['{"a": 1}', '{"b": 1}'], '{"a": 1}'),
        ([None, " "], ""),
        ([], ""),
    ],
)
def test_of_arguments_that_are_said_several_times_those_that_say_something_count(
    said: list[str | None], meant: str
) -> None:
    assert fullest(said) == meant
