"""Light validation."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema import UNSET, Problem, build, check


@pytest.mark.parametrize(
    ("schema", "value", "messages"),
    [
        ({"type": "string"}, "x", []),
        ({"type": "string"}, 1, ["text is needed"]),
        ({"type": "string", "minLength": 2}, "x", ["too short: at least 2"]),
        ({"type": "string", "maxLength": 2}, "xxx", ["too long: at most 2"]),
        ({"type": "string", "pattern": "(a+)+$"}, "a" * 60 + "!", []),
        ({"type": ["string", "null"]}, None, []),
        ({"type": "integer"}, 1.5, ["a whole number is needed"]),
        ({"type": "integer"}, 2.0, []),
        ({"type": "integer"}, True, ["a number is needed"]),
        ({"type": "number", "minimum": 1.5}, 1, ["must be ≥ 1.5"]),
        ({"type": "number", "maximum": 1}, 2.5, ["must be ≤ 1"]),
        ({"type": "number", "exclusiveMinimum": 1}, 1, ["must be > 1"]),
        ({"type": "number", "exclusiveMaximum": 1}, 1, ["must be < 1"]),
        ({"type": "integer", "multipleOf": 3}, 4, ["must be a multiple of 3"]),
        ({"type": "number", "multipleOf": 0.1}, 0.3, []),
        ({"type": "boolean"}, 1, ["true or false is needed"]),
        ({"type": "boolean"}, True, []),
        ({"enum": [1, 2]}, 3, ["not one of the choices"]),
        ({"enum": [1, 2]}, 2, []),
        ({"const": 1}, True, ["another value is fixed"]),
        ({"const": 1}, 1, []),
        ({"type": "array"}, {}, ["a list is needed"]),
        ({"type": "array", "items": {"type": "string"}}, [1], ["[0]: text is needed"]),
        ({"type": "array", "items": {"enum": [1]}}, [1, 2], ["[1]: not one of the choices"]),
        ({"type": "array", "minItems": 1}, [], ["too short: at least 1"]),
        ({"type": "array", "uniqueItems": True}, [1, True, 1], ["no duplicates"]),
        ({"type": "array", "uniqueItems": True}, [1, True], []),
        ({"type": "object"}, [], ["an object is needed"]),
        ({"type": "object", "minProperties": 1}, {}, ["too short: at least 1"]),
        ({"type": ["string", "integer"]}, [], ["fits none of the forms"]),
        ({"anyOf": [{"type": "string", "maxLength": 1}, {"type": "integer"}]}, "xx", ["too long: at most 1"]),
        ({}, {"any": 1}, []),
    ],
)
def test_check(schema: Any, value: Any, messages: list[str]) -> None:
    assert [str(problem) for problem in check(build(schema), value)] == messages


def test_paths() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"properties": {"b": {"type": "string"}}, "required": ["b"]}}},
    }
    problems = check(build(schema), {"a": [{"b": ""}, {}]})
    assert problems == (Problem(("a", 1, "b"), "required"),)
    assert str(problems[0]) == "a[1].b: required"


def test_unset() -> None:
    assert check(build({"type": "string"}), UNSET) == ()


def test_deep_values_are_left_to_the_server() -> None:
    value: Any = 1
    for _ in range(50):
        value = [value]
    assert check(build({"type": "array", "items": {"$ref": "#"}}), value) == ()
