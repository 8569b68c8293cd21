from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol.listed.rules import GONE
from mcptui.protocol.listed.schemas import input_schema, object_output_schema, output_schema, problems

ANY: dict[str, Any] = {"type": "object"}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (None, ANY),
        ("text", ANY),
        ([], ANY),
        (True, ANY),
        ({}, ANY),
        ({"type": None}, ANY),
        ({"type": "string"}, ANY),
        ({"type": ["object", "null"]}, ANY),
        ({"type": "object", "properties": None}, ANY),
        ({"type": "object", "properties": []}, ANY),
        ({"type": "object", "required": None}, ANY),
        ({"type": "object", "required": True}, ANY),
        ({"type": "object", "$schema": 7}, ANY),
        ({"type": "object", "required": ["a", None, 1, "b"]}, {"type": "object", "required": ["a", "b"]}),
        ({"type": "object", "properties": {"a": None}}, {"type": "object", "properties": {"a": {}}}),
        ({"type": "object", "properties": {"a": "string"}}, {"type": "object", "properties": {"a": {}}}),
        ({"type": "object", "properties": {"a": ["string"]}}, {"type": "object", "properties": {"a": {}}}),
        ({"type": "object", "properties": {"a": True}}, {"type": "object", "properties": {"a": {}}}),
        ({"type": "object", "properties": {"a": False}}, {"type": "object", "properties": {"a": {"not": {}}}}),
        ({"$ref": "#/$defs/A", "$defs": {}}, {"$ref": "#/$defs/A", "$defs": {}, "type": "object"}),
    ],
)
def test_a_schema_of_arguments_is_mended(given: Any, taken: Any) -> None:
    assert input_schema(given, "inputSchema", []) == taken


@pytest.mark.parametrize(
    "schema",
    [
        ANY,
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "vendor": None},
        # What only some models do not take is none of a client's business.
        {"type": "object", "properties": {"a": {"type": "int", "required": True}}},
        {"type": "object", "anyOf": [{"required": ["a"]}], "additionalProperties": False},
    ],
)
def test_a_sound_schema_of_arguments_is_the_same_object(schema: Any) -> None:
    remarks: list[str] = []
    assert input_schema(schema, "inputSchema", remarks) is schema
    assert remarks == []


@pytest.mark.parametrize(
    "schema",
    [
        ANY,
        {"type": "object", "properties": {"a": {"type": ["string", "null"], "default": None, "pattern": "^a"}}},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"enum": [1, None]}}},
        {"type": "object", "properties": {"a/b": {"$ref": "#/properties/a~1b"}}},
        {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#x"}}, "$defs": {"X": {"$anchor": "x"}}},
        {"type": "object", "items": [True, {}], "additionalItems": False, "allOf": [{"not": {}}]},
        {"type": "object", "default": {"type": 5}, "examples": [{"required": None}], "const": {"$ref": 1}},
        {"type": "object", "properties": {"type": {"type": "string"}, "required": {"type": "boolean"}}},
    ],
)
def test_a_sound_schema_of_results_is_the_same_object(schema: Any) -> None:
    assert list(problems(schema)) == []
    assert output_schema(schema, "outputSchema", []) is schema
    assert object_output_schema(schema, "outputSchema", []) is schema


def inside(schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": {"type": "array", "items": schema}}}


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "int"},
        {"type": None},
        {"type": []},
        {"required": None},
        {"required": True},
        {"required": ["a", 1]},
        {"properties": []},
        {"properties": {"a": None}},
        {"items": None},
        {"items": "string"},
        {"anyOf": []},
        {"anyOf": None},
        {"enum": []},
        {"enum": "a"},
        {"minimum": "1"},
        {"exclusiveMinimum": True},
        {"multipleOf": 0},
        {"pattern": "("},
        {"patternProperties": {"(": {}}},
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "#/required"},
        {"$ref": "https://example.com/schema.json"},
        {"$ref": None},
        {"$id": 5},
        {"id": "urn:x"},
        {"nullable": True},
        {"format": None},
        {"dependentRequired": {"a": "b"}},
        None,
        "string",
    ],
)
def test_a_schema_of_results_that_no_client_can_check_is_left_out(broken: Any) -> None:
    remarks: list[str] = []
    assert output_schema(inside(broken), "outputSchema", remarks) is GONE
    assert "outputSchema.properties.a.items" in remarks[-1]
    # Arguments are checked by the server.
    schema = inside(broken)
    assert input_schema(schema, "inputSchema", []) is schema


@pytest.mark.parametrize("value", [None, [], "text", 5, True])
def test_a_schema_of_results_that_is_none_is_left_out(value: Any) -> None:
    assert output_schema(value, "outputSchema", []) is GONE
    assert object_output_schema(value, "outputSchema", []) is GONE


def test_results_are_objects_in_the_handshake_era_only() -> None:
    of_lists = {"type": "array", "items": {}}
    assert output_schema(of_lists, "outputSchema", []) is of_lists
    assert object_output_schema(of_lists, "outputSchema", []) is GONE
    assert object_output_schema({"anyOf": [{}]}, "outputSchema", []) == {"anyOf": [{}], "type": "object"}
