"""Values ⇄ fields."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.schema import (
    UNSET,
    InputError,
    ObjectField,
    VariantField,
    build,
    fits,
    join,
    number_text,
    parse_number,
    pick_variant,
    spread,
)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_their_text(value: float) -> None:
    back = parse_number(number_text(value), integer=isinstance(value, int))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(("text", "value"), [(" 7 ", 7), ("1e3", 1000), ("2.0", 2), ("-3", -3)])
def test_whole_numbers(text: str, value: int) -> None:
    assert parse_number(text, integer=True) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a number"),
        ("abc", "not a number"),
        ("nan", "not a number"),
        ("inf", "not a number"),
        ("1e999", "too large"),
        ("1.5", "must be an integer"),
    ],
)
def test_what_is_no_whole_number(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_number(text, integer=True)


def test_huge_integers_are_refused_not_fatal() -> None:
    with pytest.raises(InputError):
        parse_number("9" * 5000, integer=True)


ENUM = {"enum": ["a", 1]}
CHECKLIST = {"type": "array", "items": {"enum": ["a", "b", "c"]}}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, "x", True),
        ({"type": "string"}, "", True),
        ({"type": "string"}, "two\nlines", False),
        ({"type": "string", "format": "multiline"}, "two\nlines", True),
        ({"type": "string"}, None, False),
        ({"type": ["string", "null"]}, None, True),
        ({"type": "string"}, UNSET, True),
        ({"type": "integer"}, 1, True),
        ({"type": "integer"}, True, False),
        ({"type": "integer"}, 1.0, False),
        ({"type": "number"}, 1.5, True),
        ({"type": "number"}, "1", False),
        ({"type": "boolean"}, False, True),
        ({"type": "boolean"}, 0, False),
        ({"const": [1]}, [1], True),
        ({"const": [1]}, [True], False),
        (ENUM, 1, True),
        (ENUM, True, False),
        (CHECKLIST, ["a", "c"], True),
        (CHECKLIST, ["c", "a"], False),
        (CHECKLIST, ["a", "a"], False),
        (CHECKLIST, ["z"], False),
        (CHECKLIST, "a", False),
        ({"type": "array"}, [1], True),
        ({"type": "array"}, {}, False),
        ({"type": "object"}, {"any": 1}, True),
        ({"type": "object"}, [], False),
        ({"type": ["string", "integer"]}, 3, True),
        ({"type": ["string", "integer"]}, [], False),
        ({}, object, True),
    ],
)
def test_fits(schema: Any, value: Any, expected: bool) -> None:
    assert fits(build(schema), value) is expected


def variants(*shapes: Any) -> VariantField:
    field = build({"anyOf": list(shapes)})
    assert isinstance(field, VariantField)
    return field


CIRCLE = {
    "type": "object",
    "properties": {"kind": {"const": "circle"}, "r": {"type": "number"}},
    "required": ["kind"],
}
BOX = {
    "type": "object",
    "properties": {"kind": {"const": "box"}, "r": {"type": "number"}},
    "required": ["kind"],
}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"kind": "circle", "r": 1}, 0),
        ({"kind": "box"}, 1),
        ({"kind": "box", "r": 2.5}, 1),
        ({"kind": "star"}, 0),
        ({}, 0),
        ({"kind": "box", "more": 1}, 0),
        (3, None),
    ],
)
def test_the_variant_of_a_value(value: Any, place: int | None) -> None:
    assert pick_variant(variants(CIRCLE, BOX), value) == place


def test_variants_are_compared_inside_lists_and_unions() -> None:
    field = variants(
        {"type": "array", "items": {"type": "string"}},
        {
            "type": "array",
            "items": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "null"}}]},
        },
    )
    assert pick_variant(field, ["a"]) == 0
    assert pick_variant(field, [1, []]) == 1
    assert pick_variant(field, []) == 0
    assert pick_variant(field, None) is None


def test_nullable_variants_take_null() -> None:
    field = variants({"anyOf": [{"type": "object"}, {"type": "boolean"}, {"type": "null"}]}, {"type": "string"})
    assert pick_variant(field, "x") == 1
    assert pick_variant(field, True) == 0
    optional = build({"type": "array", "items": {"type": ["string", "null"]}})
    either = build({"anyOf": [{"type": "array", "items": {"type": ["string", "null"]}}, {"type": "string"}]})
    assert fits(optional, [None])
    assert isinstance(either, VariantField)
    assert pick_variant(either, [None]) == 0


def test_hostile_unions_are_compared_only_so_long() -> None:
    shape: dict[str, Any] = {"anyOf": [{"$ref": "#"} for _ in range(60)] + [{"type": "string"}]}
    field = build(shape)
    assert isinstance(field, VariantField)
    assert pick_variant(field, "x") is not None
    assert pick_variant(field, 3) in {None, 0}


def test_unknown_fields_are_kept_in_place() -> None:
    field = build({"type": "object", "properties": {"a": {}, "b": {}, "c": {}}})
    assert isinstance(field, ObjectField)
    original = {"z": 1, "b": 2, "y": {"k": None}}
    parts = spread(field, original)
    assert parts == {"a": UNSET, "b": 2, "c": UNSET}
    assert list(join(original, {**parts, "b": UNSET, "c": None}).items()) == [
        ("z", 1),
        ("y", {"k": None}),
        ("c", None),
    ]
    assert join(original, parts) == original
