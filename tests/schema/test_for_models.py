"""Schemas as servers have them, made into what model APIs take, with every argument in sight."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.schema.for_models import for_models
from tests.support.hostile_schemas import HOSTILE
from tests.support.schemas import schemas

Json = dict[str, Any]

#: The rules of the model APIs beside the metaschema: what OpenAI, Gemini and others refuse a whole request for.
_REFUSED_AT_ROOT = ("anyOf", "oneOf", "allOf", "not", "enum", "const", "if", "then", "else", "$ref", "$schema")


_ONE_PART = (
    "items", "additionalProperties", "then", "else", "propertyNames", "unevaluatedProperties", "unevaluatedItems",
    "contentSchema", "not", "if", "contains",
)  # fmt: skip


def parts(schema: Any) -> Iterator[Json]:
    """Every schema within a schema."""
    if not isinstance(schema, dict):
        return
    yield schema
    for name, value in schema.items():
        if name in ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"):
            for part in value.values():
                yield from parts(part)
        elif name in ("anyOf", "allOf"):
            for part in value:
                yield from parts(part)
        elif name in _ONE_PART:
            yield from parts(value)


def found(root: Json, reference: str) -> Any:
    target: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        target = target[step.replace("~1", "/").replace("~0", "~")]
    return target


def require_taken(schema: Json) -> None:
    """Fail where a model API would refuse ``schema``."""
    json.dumps(schema)
    assert schema["type"] == "object"
    assert isinstance(schema["properties"], dict)
    assert not [name for name in _REFUSED_AT_ROOT if name in schema]
    assert set(schema.get("required", ())) <= schema["properties"].keys()
    assert jsonschema_rs.meta.is_valid({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})
    for part in parts(schema):
        types = part.get("type", [])
        types = types if isinstance(types, list) else [types]
        assert set(types) <= {"string", "integer", "number", "boolean", "array", "object", "null"}
        if "array" in types:
            assert isinstance(part["items"], dict)
        assert "prefixItems" not in part
        assert not part.keys() & {"oneOf", "dependencies", "additionalItems", "$dynamicRef", "$recursiveRef"}
        if "pattern" in part:
            re.compile(part["pattern"])
        if "$ref" in part:
            assert isinstance(found(schema, part["$ref"]), dict)


A: Json = {"type": "string", "description": "A"}
B: Json = {"type": "integer"}


@pytest.mark.parametrize(
    ("schema", "parameters"),
    [
        # What is well stays.
        ({"type": "object", "properties": {"a": A}, "required": ["a"]}, {"properties": {"a": A}, "required": ["a"]}),
        (
            {
                "type": "object",
                "properties": {"a": {"$ref": "#/$defs/x"}},
                "$defs": {"x": A},
                "additionalProperties": False,
            },
            {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": A}, "additionalProperties": False},
        ),
        ({"type": "object", "properties": {"a": {"anyOf": [A, B]}}}, {"properties": {"a": {"anyOf": [A, B]}}}),
        # No schema.
        (None, {"properties": {}}),
        ("string", {"properties": {}}),
        ([], {"properties": {}}),
        ({}, {"properties": {}}),
        ({"type": "object", "properties": None, "required": None}, {"properties": {}}),
        ({"type": "object", "properties": []}, {"properties": {}}),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "$id": "x"}, {"properties": {}}),
        # Forms at the root.
        (
            {
                "anyOf": [
                    {"type": "object", "properties": {"a": A}, "required": ["a"]},
                    {"properties": {"b": B}, "required": ["b"]},
                ]
            },
            {"properties": {"a": A, "b": B}, "description": "Needs one of: a; b."},
        ),
        (
            {
                "type": "object",
                "oneOf": [
                    {"properties": {"kind": {"const": "x"}, "a": A}, "required": ["kind", "a"]},
                    {"properties": {"kind": {"const": "y"}, "b": B}, "required": ["kind"]},
                ],
            },
            {
                "properties": {"kind": {"enum": ["x", "y"]}, "a": A, "b": B},
                "required": ["kind"],
                "description": "Needs one of: a; neither.",
            },
        ),
        (
            {"type": "object", "properties": {"a": A, "b": B}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {"properties": {"a": A, "b": B}, "description": "Needs one of: a; b."},
        ),
        (
            {
                "allOf": [{"properties": {"a": A}, "required": ["a"]}, {"$ref": "#/$defs/b"}],
                "$defs": {"b": {"properties": {"b": B}}},
            },
            {"properties": {"a": A, "b": B}, "required": ["a"], "$defs": {"b": {"properties": {"b": B}}}},
        ),
        (
            {
                "$ref": "#/definitions/x",
                "definitions": {"x": {"type": "object", "properties": {"a": A}, "required": ["a"]}},
            },
            {
                "properties": {"a": A},
                "required": ["a"],
                "definitions": {"x": {"type": "object", "properties": {"a": A}, "required": ["a"]}},
            },
        ),
        ({"anyOf": [{"type": "string"}, {"type": "object", "properties": {"a": A}}]}, {"properties": {"a": A}}),
        (
            {
                "type": "object",
                "properties": {"a": A},
                "if": {"properties": {"a": {"const": "x"}}},
                "then": {"properties": {"b": B}, "required": ["b"]},
            },
            {"properties": {"b": B, "a": A}},
        ),
        ({"type": "object", "dependentSchemas": {"a": {"properties": {"b": B}}}}, {"properties": {"b": B}}),
        ({"type": "object", "dependencies": {"a": {"properties": {"b": B}}}}, {"properties": {"b": B}}),
        (
            {"properties": {"a": A, "b": B}, "dependencies": {"a": ["b"]}},
            {"properties": {"a": A, "b": B}, "dependentRequired": {"a": ["b"]}},
        ),
        ({"$ref": "#"}, {"properties": {}}),
        ({"$ref": "#/$defs/no"}, {"properties": {}}),
        ({"type": ["object", "null"], "properties": {"a": A}}, {"properties": {"a": A}}),
        ({"type": "object", "properties": {}, "enum": [{}], "not": {}}, {"properties": {}}),
        ({"type": "object", "required": ["a"]}, {"required": ["a"], "properties": {"a": {}}}),
        # What is no object where schemas are.
        ({"type": "object", "properties": {"a": A}, "anyOf": [{"properties": {"a": False}}]}, {"properties": {"a": A}}),
        ({"type": "object", "properties": {"a": A}, "anyOf": [{"properties": {"a": 5}}, 5]}, {"properties": {"a": A}}),
        ({"type": "object", "properties": {"a": 5}, "anyOf": [{"properties": {"a": A}}]}, {"properties": {"a": {}}}),
    ],
)
def test_every_argument_is_in_sight(schema: Any, parameters: Json) -> None:
    made = for_models(schema)
    assert made.parameters == {**parameters, "type": "object"}
    require_taken(made.parameters)


#: Other ways to say the same, about which nothing has to be said.
SILENT: list[Json] = [
    {"type": "array", "items": True},
    {"type": "array", "items": False},
    {"$ref": "#there"},
    {"type": "string", "required": False},
    {"minimum": 1, "exclusiveMinimum": True},
]


@pytest.mark.parametrize(
    ("schema", "mended"),
    [
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": ["array", "null"]}, {"type": ["array", "null"], "items": {}}),
        ({"type": "array", "items": None}, {"type": "array", "items": {}}),
        ({"type": "array", "items": "string"}, {"type": "array", "items": {}}),
        ({"type": "array", "items": True}, {"type": "array", "items": {}}),
        ({"type": "array", "items": False}, {"type": "array", "items": {}, "maxItems": 0}),
        ({"type": "array", "items": []}, {"type": "array", "items": {}}),
        ({"type": "array", "items": [A, B]}, {"type": "array", "items": {"anyOf": [A, B]}}),
        ({"type": "array", "prefixItems": [B, B], "maxItems": 2}, {"type": "array", "items": B, "maxItems": 2}),
        ({"type": "array", "prefixItems": [A], "items": False}, {"type": "array", "items": A, "maxItems": 1}),
        ({"type": "array", "prefixItems": [A], "items": B}, {"type": "array", "items": {"anyOf": [A, B]}}),
        ({"type": "int"}, {"type": "integer"}),
        ({"type": "String"}, {"type": "string"}),
        ({"type": ["str", "None"]}, {"type": ["string", "null"]}),
        ({"type": "string|null"}, {"type": ["string", "null"]}),
        ({"type": "any"}, {}),
        ({"type": "Widget"}, {}),
        ({"type": None}, {}),
        ({"type": []}, {}),
        ({"type": {"type": "string"}}, {}),
        ({"type": "list"}, {"type": "array", "items": {}}),
        ({"type": "object", "required": None}, {"type": "object"}),
        ({"type": "object", "required": "a"}, {"type": "object"}),
        ({"type": "object", "required": ["a", "a", 1, None]}, {"type": "object", "required": ["a"]}),
        (
            {"type": "object", "properties": {"a": {"type": "string", "required": True}}},
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        ),
        ({"type": "string", "required": False}, {"type": "string"}),
        ({"properties": {"a": None, "b": True, "c": False}}, {"properties": {"a": {}, "b": {}}}),
        ({"type": "string", "pattern": "["}, {"type": "string"}),
        ({"type": "string", "pattern": r"^\p{L}+$"}, {"type": "string"}),
        ({"type": "string", "pattern": "^a$"}, {"type": "string", "pattern": "^a$"}),
        ({"type": "string", "minLength": "3", "maxLength": -1}, {"type": "string", "minLength": 3}),
        ({"type": "number", "minimum": "0", "maximum": None}, {"type": "number", "minimum": 0}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}),
        ({"multipleOf": 0}, {}),
        ({"enum": None}, {}),
        ({"enum": []}, {}),
        ({"enum": ["a", "a", 1, 1.0]}, {"enum": ["a", 1]}),
        ({"description": None, "title": 5, "format": None}, {}),
        ({"default": None, "x-order": 3}, {"default": None, "x-order": 3}),
        ({"anyOf": []}, {}),
        ({"anyOf": None}, {}),
        ({"anyOf": [None, "x"]}, {"anyOf": [{}, {}]}),
        ({"oneOf": [A, B]}, {"anyOf": [A, B]}),
        ({"oneOf": [A], "anyOf": [B]}, {"anyOf": [A], "allOf": [{"anyOf": [B]}]}),
        ({"additionalProperties": "no"}, {}),
        ({"additionalProperties": {"type": "int"}}, {"additionalProperties": {"type": "integer"}}),
        ({"patternProperties": {"[": A, "^a": B}}, {"patternProperties": {"^a": B}, "additionalProperties": True}),
        (
            {"patternProperties": {"[": A}, "additionalProperties": False},
            {"patternProperties": {}, "additionalProperties": True},
        ),
        ({"patternProperties": {"^a": "x"}}, {"patternProperties": {"^a": {}}}),
        ({"not": {"type": "int"}}, {}),
        ({"not": {"type": "string"}}, {"not": {"type": "string"}}),
        ({"if": None, "then": A}, {}),
        ({"$ref": "https://example.com/x.json"}, {}),
        ({"$ref": "#/$defs/no", "description": "d"}, {"description": "d"}),
        ({"$ref": None}, {}),
        ({"$ref": "#/$defs/loop"}, {}),
        ({"$ref": "#/$defs/text"}, {"$ref": "#/$defs/text"}),
        ({"$ref": "#/$defs/text/x"}, {}),
        ({"$ref": "#"}, {"$ref": "#"}),
        ({"$recursiveRef": "#"}, {"$ref": "#"}),
        ({"$ref": "#/$defs/text", "$dynamicRef": "#"}, {"$ref": "#/$defs/text"}),
        ({"$dynamicRef": "#", "$ref": "#/$defs/text"}, {"$ref": "#/$defs/text"}),
        ({"not": {"$ref": "#/$defs/text"}}, {}),
        ({"not": {"items": {"$ref": "#there"}}}, {}),
        ({"if": {"not": {"$ref": "#"}}, "then": A}, {}),
        ({"contains": {"$ref": "#/$defs/no"}, "minContains": 2}, {}),
        ({"dependencies": {"a": ["b", "b"], "c": "d"}}, {"dependentRequired": {"a": ["b"], "c": ["d"]}}),
        (
            {"dependencies": {"a": {"type": "int"}, "b": True}},
            {"dependentSchemas": {"a": {"type": "integer"}, "b": {}}},
        ),
        (
            {"dependencies": {"a": ["b"], "c": ["d"]}, "dependentRequired": {"a": ["e"]}},
            {"dependentRequired": {"a": ["e"], "c": ["d"]}},
        ),
        ({"dependencies": {"a": None}}, {}),
        ({"dependencies": ["a"]}, {}),
        ({"unevaluatedItems": [], "contentSchema": 5}, {}),
        ({"if": {"type": "int"}, "then": A, "unevaluatedProperties": False}, {}),
        ({"contains": {"type": "int"}, "unevaluatedItems": False}, {}),
        ({"$ref": "#/$defs/no", "unevaluatedProperties": False}, {}),
        ({"if": A, "then": B, "unevaluatedProperties": False}, {"if": A, "then": B, "unevaluatedProperties": False}),
        ({"$ref": "#/$defs/text", "unevaluatedItems": A}, {"$ref": "#/$defs/text", "unevaluatedItems": A}),
        ({"unevaluatedItems": {"type": "int"}}, {"unevaluatedItems": {"type": "integer"}}),
        ({"exclusiveMinimum": True, "exclusiveMaximum": True}, {}),
        ({"exclusiveMinimum": True, "minimum": "x"}, {}),
        ({"$ref": "#there"}, {"$ref": "#/$defs/part_1"}),
        (None, {}),
        ([A], {}),
        ("string", {}),
    ],
)
def test_every_depth_is_mended_and_named(schema: Any, mended: Any) -> None:
    definitions = {"loop": {"$ref": "#/$defs/loop"}, "text": A, "anchored": {"$anchor": "there", "type": "int"}}
    wraps: list[Callable[[Any], Any]] = [lambda part: part, lambda part: {"anyOf": [part]}]
    if isinstance(schema, dict):
        wraps += [lambda part: {"type": "array", "items": part}, lambda part: {"additionalProperties": part}]
    for wrap in wraps:
        made = for_models({"type": "object", "properties": {"p": wrap(schema)}, "$defs": definitions})
        require_taken(made.parameters)
        assert made.parameters["properties"]["p"] == wrap(mended)
        if schema not in SILENT and "oneOf" not in (schema or ()) and json.dumps(schema) != json.dumps(mended):
            assert [remark for remark in made.remarks if remark.startswith(("p", "$defs"))]


def test_a_reference_into_a_form_that_is_put_together_still_leads_somewhere() -> None:
    schema = {"oneOf": [{"properties": {"a": {"type": "int"}, "b": {"$ref": "#/oneOf/0/properties/a"}}}]}
    made = for_models(schema).parameters
    assert made["properties"]["b"] == {"$ref": "#/$defs/part_1"}
    assert made["$defs"] == {"part_1": {"type": "integer"}}


def test_a_schema_without_end() -> None:
    schema: Json = {}
    for _ in range(500):
        schema = {"type": "object", "properties": {"a": schema}, "allOf": [{"properties": {"b": {}}}]}
    require_taken(for_models(schema).parameters)
    assert len(for_models({"type": "object", "properties": {f"p{n}": {"type": "x"} for n in range(99)}}).remarks) == 20


@pytest.mark.parametrize("way", HOSTILE)
def test_what_is_made_to_take_long_is_given_up_in_time(way: str) -> None:
    """Each took from seconds to hours where nothing was counted."""
    require_taken(for_models(HOSTILE[way]()).parameters)


def test_two_references_to_one_part_have_one_part() -> None:
    schema = {"properties": {"a": {"$ref": "#/x/y"}, "b": {"$ref": "#/x%2Fy"}, "c": {"$ref": "#/x"}}, "x": {"y": A}}
    made = for_models(schema).parameters
    assert made["properties"] == {name: {"$ref": f"#/$defs/part_{n}"} for name, n in (("a", 1), ("b", 1), ("c", 2))}
    assert made["$defs"] == {"part_1": A, "part_2": {"y": A}}


@given(schemas())
def test_whatever_a_server_has_the_apis_take(schema: Any) -> None:
    require_taken(for_models(schema).parameters)
    again = for_models(for_models(schema).parameters)
    assert again.parameters == for_models(schema).parameters
    assert not again.remarks


_NAMES = st.sampled_from("abcd")
_FORMS = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(_NAMES, st.just({"type": "integer"}), max_size=3)},
    optional={"required": st.lists(_NAMES, max_size=2, unique=True)},
)


@given(
    st.lists(_FORMS, min_size=1, max_size=3),
    st.sampled_from(["anyOf", "oneOf", "allOf"]),
    st.dictionaries(_NAMES, st.integers()),
)
def test_arguments_of_every_form_are_in_sight_and_fit(forms: list[Json], kind: str, arguments: Json) -> None:
    made = for_models({"type": "object", kind: forms}).parameters
    assert {name for form in forms for name in form["properties"]} <= made["properties"].keys()
    if jsonschema_rs.is_valid({"type": "object", kind: forms}, arguments):
        assert jsonschema_rs.is_valid(made, arguments)
