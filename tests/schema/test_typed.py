"""Calls typed on one line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.schema import (
    Field,
    Json,
    TypedCallError,
    arguments_of,
    build,
    format_json,
    parse_call,
    proposals,
)
from tests.support.schemas import JSON_VALUES

ADD = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]}
MANY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "loud": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "where": {"type": "object", "additionalProperties": True},
        "mode": {"enum": ["slow", "very fast"]},
        "any": {},
    },
    "additionalProperties": False,
}


def read(line: str, schema: Json = ADD) -> dict[str, Json]:
    return arguments_of(parse_call(line), build(schema))


@pytest.mark.parametrize(
    "line",
    [
        "add a=1 b=2",
        "  add  b=2   a=1 ",
        'add a="1" b=2',
        "add(1, 2)",
        "add( 1,2 )",
        "add (1, b=2)",
        "add(a=1, b = 2)",
        "add(b=2, a=1,)",
        'add {"a": 1, "b": 2}',
        'add{"a": 1, "b": 2}',
    ],
)
def test_all_ways_to_type_a_call(line: str) -> None:
    assert parse_call(line).name == "add"
    assert read(line) == {"a": 1, "b": 2}


@pytest.mark.parametrize("line", ["add", " add ", "add()", "add ( )", "add {}"])
def test_a_call_without_arguments(line: str) -> None:
    assert read(line) == {}


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ('say text="two words"', {"text": "two words"}),
        ("say text='it\\'s'", {"text": "it's"}),
        ('say text="\\u00fc \\" )"', {"text": 'ü " )'}),
        ("say text=[a-z]+", {"text": "[a-z]+"}),
        ("say text=a=b,c)", {"text": "a=b,c)"}),
        ("say text=", {"text": ""}),
        ("say(Ada Lovelace, yes)", {"text": "Ada Lovelace", "loud": True}),
        ("say(text=5)", {"text": "5"}),
        ("say tags=a tags=b", {"tags": ["a", "b"]}),
        ('say tags=["a", "b c"] loud=false', {"tags": ["a", "b c"], "loud": False}),
        ('say(where={"x": [1, {"y": ")"}]}, mode="very fast")', {"where": {"x": [1, {"y": ")"}]}, "mode": "very fast"}),
        ('say any={"a b": 1}', {"any": {"a b": 1}}),
        ('say any="5"', {"any": "5"}),
        ("say any=5", {"any": 5}),
    ],
)
def test_values_of_every_kind(line: str, arguments: dict[str, Json]) -> None:
    assert read(line, MANY) == arguments


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("", 1, "begins with a name"),
        ("  (1)", 3, "begins with a name"),
        ("add=1", 4, "a space or ( is needed"),
        ("add 1 2", 5, "1 is not NAME=VALUE"),
        ("add a=1 b", 9, "b is not NAME=VALUE"),
        ("add a = 1", 5, "a is not NAME=VALUE"),
        ("add(1, 2", 4, "not closed"),
        ("add(1,, 2)", 7, "a value is missing"),
        ("add(a=1, 2)", 10, "without a name behind"),
        ("add(1) 2", 8, "after the call"),
        ("add(1, 2, 3)", 11, "only 2 arguments are known"),
        ("add a=x", 7, "a: not a number"),
        ("add a=1 a=2", 11, "more than once"),
        ('add {"a": }', 11, "not JSON"),
        ('add {"a": 1} x', 14, "not JSON"),
        ('add a="1', 7, "not closed"),
        ('add a="1"2', 7, "text follows"),
        ('add a="\\x"', 8, "escape"),
    ],
)
def test_what_is_wrong_and_where(line: str, column: int, says: str) -> None:
    with pytest.raises(TypedCallError, match=says.replace("(", r"\(")) as caught:
        read(line)
    assert caught.value.column == column
    assert str(caught.value).startswith(f"column {column}: ")


def test_names_that_the_schema_does_not_know() -> None:
    assert read("add c=1") == {"c": 1}
    with pytest.raises(TypedCallError, match="no argument is called txt; did you mean text"):
        read("say txt=1", MANY)
    with pytest.raises(TypedCallError, match="there are none"):
        read("ping x=1", {"type": "object", "additionalProperties": False})
    with pytest.raises(TypedCallError, match="no arguments are known"):
        read("odd(1)", True)
    assert read("odd x=1", True) == {"x": 1}


@given(st.dictionaries(st.sampled_from(["a", "b", "c-d", "e.f"]), JSON_VALUES, max_size=3))
def test_every_value_can_be_typed(arguments: dict[str, Json]) -> None:
    schema = {"type": "object", "properties": {"a": {}, "b": {}}}
    texts = {name: json.dumps(value) for name, value in arguments.items()}
    words = " ".join(f"{name}={text}" for name, text in texts.items())
    listed = ", ".join(f"{name}={text}" for name, text in texts.items())
    for line in (f"t {words}", f"t({listed})", f"t {json.dumps(arguments)}"):
        assert format_json(read(line, schema)) == format_json(arguments), line


@given(st.text() | st.text(alphabet="ab =(),{}[]\"'\\1"), st.sampled_from([ADD, MANY, True, {}]))
def test_any_line_is_read_or_refused_at_a_place_in_it(line: str, schema: Json) -> None:
    for text in (line, f"add {line}", f"add({line})"):
        column = 1
        try:
            read(text, schema)
        except TypedCallError as error:
            column = error.column
        assert 1 <= column <= len(text) + 1


def completed(line: str) -> list[str]:
    """The line with each proposal in its place."""
    fields: dict[str, Field] = {"add": build(ADD), "say": build(MANY)}
    found = proposals(line, ["add", "say", "readd"], fields.get)
    return [line[: found.start] + word for word in found.words]


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("", ["add", "say", "readd"]),
        ("ad", ["add", "readd"]),
        (" S", [" say"]),
        ("add ", ["add a=", "add b="]),
        ("add a=1 ", ["add a=1 b="]),
        ("add(", ["add(a=", "add(b="]),
        ("add(1, ", ["add(1, a=", "add(1, b="]),
        ("add a=", []),
        ("say lou", ["say loud="]),
        ("say loud=", ["say loud=true", "say loud=false"]),
        ("say(text=x, loud=t", ["say(text=x, loud=true"]),
        ("say mode=", ["say mode=slow", 'say mode="very fast"']),
        ('say {"', []),
        ("unknown ", []),
        ("add(1)", []),
    ],
)
def test_proposals_for_the_end_of_the_line(line: str, whole: list[str]) -> None:
    assert completed(line) == whole


@given(st.text(alphabet="ads =(),{}[]\"'1"))
def test_proposals_for_any_line(line: str) -> None:
    found = proposals(line, ["add", "say"], {"add": build(ADD), "say": build(MANY)}.get)
    assert 0 <= found.start <= len(line)
