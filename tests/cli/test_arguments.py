from __future__ import annotations

from typing import Any

import click
import pytest

from mcptui.cli.arguments import parse_arguments

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "ratio": {"type": "number"},
        "loud": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "integer"}},
        "where": {"type": "object"},
        "maybe": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "mode": {"enum": ["1", "2"]},
        "either": {"type": ["integer", "string"]},
        "anything": {},
    },
}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("text=5", "5"),
        ("text=a=b", "a=b"),
        ("text=", ""),
        ("count=5", 5),
        ("ratio=0.5", 0.5),
        ("loud=true", True),
        ("loud=No", False),
        ("tags=a", ["a"]),
        ('tags=["a", "b"]', ["a", "b"]),
        ("sizes=3", [3]),
        ('where={"x": 1}', {"x": 1}),
        ("maybe=null", None),
        ("maybe=7", 7),
        ("mode=1", "1"),
        ("either=7", 7),
        ("either=seven", "seven"),
        ("anything=[1]", [1]),
        ("anything=plain", "plain"),
        ("unknown=1", 1),
    ],
)
def test_a_word_takes_the_type_of_the_schema(word: str, expected: object) -> None:
    name = word.partition("=")[0]
    assert parse_arguments([word], None, SCHEMA) == {name: expected}


def test_a_name_given_twice_makes_a_list() -> None:
    assert parse_arguments(["sizes=1", "sizes=2"], None, SCHEMA) == {"sizes": [1, 2]}


def test_words_win_over_json() -> None:
    assert parse_arguments(["count=2"], '{"count": 1, "text": "x"}', SCHEMA) == {"count": 2, "text": "x"}


@pytest.mark.parametrize("schema", [{}, {"properties": []}, {"properties": {"a": True}}])
def test_a_strange_schema_is_no_obstacle(schema: dict[str, Any]) -> None:
    assert parse_arguments(["a=1"], None, schema) == {"a": 1}


@pytest.mark.parametrize(
    ("words", "text", "says"),
    [
        (["nothing"], None, "NAME=VALUE"),
        (["=5"], None, "NAME=VALUE"),
        (["count=many"], None, "count: not a number"),
        (["loud=perhaps"], None, "not true or false"),
        (["where=[1]"], None, "not a JSON object"),
        (["text=a", "text=b"], None, "not an array"),
        ([], "{", "not JSON"),
        ([], "[1]", "JSON object"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(words: list[str], text: str | None, says: str) -> None:
    with pytest.raises(click.UsageError, match=says):
        parse_arguments(words, text, SCHEMA)
