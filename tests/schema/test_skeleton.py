"""First values."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema import build, check, skeleton


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, ""),
        ({"type": "string", "default": "x"}, "x"),
        ({"type": ["string", "null"]}, None),
        ({"type": "integer"}, 0),
        ({"type": "integer", "minimum": 2.5}, 3),
        ({"type": "number", "minimum": float("inf")}, 0),
        ({"type": "boolean"}, False),
        ({"enum": ["b", "a"]}, "b"),
        ({"const": 4}, 4),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, [""]),
        ({"type": "array", "items": {"enum": [1]}}, []),
        ({"type": ["integer", "string"]}, 0),
        ({"type": "object", "additionalProperties": True}, {}),
        ({"type": "array", "prefixItems": [{}]}, []),
        ({"type": "odd"}, None),
        ({}, None),
    ],
)
def test_skeleton(schema: Any, value: Any) -> None:
    assert skeleton(build(schema)) == value


def test_required_fields_and_defaults_are_in_it() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "integer", "default": 5},
            "c": {"type": "boolean"},
        },
        "required": ["a"],
    }
    field = build(schema)
    assert skeleton(field) == {"a": "", "b": 5}
    assert check(schema, skeleton(field)) == ()


def test_recursion_through_required_fields_stops() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
    value, depth = skeleton(build(node)), 0
    while value:
        value, depth = value["next"], depth + 1
    assert depth == 6
    chain = {"anyOf": [{"type": "array", "items": {"$ref": "#"}, "minItems": 1}, {"type": "string"}]}
    assert skeleton(build(chain)) == [[[[None]]]] or skeleton(build(chain))
