"""Validation: every keyword in words, and schemas of strangers."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from mcptui.schema import OddSchemaError, Problem, check
from mcptui.schema.check import MAX_PROBLEMS

SUITE = Path(__file__).parents[1] / "data" / "json-schema-test-suite" / "draft2020-12.json"
OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schema", "value", "messages"),
    [
        ({"type": "string"}, "x", []),
        ({"type": "string"}, 1, ["must be a string"]),
        ({"type": ["null", "string", "integer"]}, [], ["must be a string or an integer or null"]),
        ({"type": ["string", "null"]}, None, []),
        ({"type": "null"}, 1, ["must be null"]),
        ({"type": "integer"}, 1.5, ["must be an integer"]),
        ({"type": "integer"}, 2.0, []),
        ({"type": "integer"}, True, ["must be an integer"]),
        ({"type": "integer", "minimum": 2**70}, 2**70 - 1, [f"must be ≥ {2**70}"]),
        ({"type": "number"}, "1", ["must be a number"]),
        ({"type": "boolean"}, 1, ["must be a boolean"]),
        ({"type": "boolean"}, True, []),
        ({"type": "array"}, {}, ["must be an array"]),
        ({"type": "object"}, [], ["must be an object"]),
        ({"type": "string", "minLength": 2}, "x", ["too short: at least 2"]),
        ({"type": "string", "maxLength": 2}, "xxx", ["too long: at most 2"]),
        ({"type": "string", "pattern": "^[a-z]+$"}, "a1", ["does not match ^[a-z]+$"]),
        ({"type": "string", "pattern": "^(?=.*[0-9]).{2,}$"}, "a1", []),
        ({"type": "string", "pattern": "^(?=.*[0-9]).{2,}$"}, "ab", ["does not match ^(?=.*[0-9]).{2,}$"]),
        ({"type": "string", "format": "email"}, "x", []),
        ({"type": "string", "contentMediaType": "application/json", "contentEncoding": "base64"}, "{", []),
        ({"type": "number", "minimum": 1.5}, 1, ["must be ≥ 1.5"]),
        ({"type": "number", "maximum": 1}, 2.5, ["must be ≤ 1"]),
        ({"type": "number", "exclusiveMinimum": 1}, 1, ["must be > 1"]),
        ({"type": "number", "exclusiveMaximum": 1}, 1, ["must be < 1"]),
        ({"type": "integer", "multipleOf": 3}, 4, ["must be a multiple of 3"]),
        ({"type": "number", "multipleOf": 0.1}, 0.3, []),
        ({"enum": [1, 2]}, 3, ["not one of the allowed values"]),
        ({"enum": [1, 2]}, True, ["not one of the allowed values"]),
        ({"enum": [1, 2]}, 2, []),
        ({"const": 1}, True, ["must be the constant of the schema"]),
        ({"const": 1}, 1, []),
        ({"items": {"type": "string"}}, ["a", 1], ["[1]: must be a string"]),
        ({"items": {"enum": [1]}}, [1, 2], ["[1]: not one of the allowed values"]),
        ({"prefixItems": [{"type": "string"}], "items": False}, ["a", 1], ["[1]: no value is allowed here"]),
        ({"contains": {"type": "string"}}, [1], ["a required item is missing"]),
        ({"prefixItems": [True], "unevaluatedItems": False}, [1, 2], ["has items that are not allowed"]),
        ({"minItems": 1}, [], ["too short: at least 1"]),
        ({"maxItems": 1}, [1, 2], ["too long: at most 1"]),
        ({"uniqueItems": True}, [1, True, 1], ["no duplicates"]),
        ({"uniqueItems": True}, [1, True], []),
        ({"minProperties": 1}, {}, ["too short: at least 1"]),
        ({"maxProperties": 0}, {"a": 1}, ["too long: at most 0"]),
        (OBJECT | {"required": ["a", "b"]}, {}, ["a: required", "b: required"]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, ["b: required"]),
        (OBJECT | {"additionalProperties": False}, {"a": "", "b": 1}, ["b: not a known field"]),
        (OBJECT | {"unevaluatedProperties": False}, {"b": 1}, ["b: not a known field"]),
        ({"patternProperties": {"^x": {"type": "string"}}}, {"xa": 1, "b": 1}, ["xa: must be a string"]),
        ({"propertyNames": {"maxLength": 1}}, {"aa": 1}, ["aa: as a name: too long: at most 1"]),
        ({"not": {"type": "string"}}, "a", ["has a form that is not allowed"]),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}, ["b: required"]),
        ({"anyOf": [{"type": "string", "maxLength": 1}, {"type": "integer"}]}, "xx", ["too long: at most 1"]),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, [], ["fits none of the forms"]),
        ({"oneOf": [{"type": "string"}, {"maxLength": 9}]}, "x", ["fits several of the forms, where only one may fit"]),
        # OpenAPI's word for null, in which many tools are described.
        ({"type": "string", "nullable": True}, None, []),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, []),
        ({"type": "string", "nullable": True}, 1, ["must be a string"]),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"type": "string", "nullable": True}}}}, [None], []),
        ({"anyOf": [{"type": "string", "nullable": True}, {"type": "integer"}]}, None, []),
        # Revisions: in draft 7 a list of schemas is for the places, in the newest one it is no schema.
        ({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]}, [1],
         ["[0]: must be a string"]),
        ({"$schema": "http://json-schema.org/draft-06/schema", "const": 1}, 2, ["must be the constant of the schema"]),
        ({"$schema": "https://json-schema.org/draft/2019-09/schema", "items": [True], "additionalItems": False}, [1, 2],
         ["too long: at most 1"]),
        ({"$schema": "http://127.0.0.1:9/own", "$id": "http://127.0.0.1:9/x", "type": "string"}, 1,
         ["must be a string"]),
        (True, 1, []),
        (False, 1, ["no value is allowed here"]),
        ({}, {"any": 1}, []),
    ],
)  # fmt: skip
def test_problems(schema: Any, value: Any, messages: list[str]) -> None:
    assert [str(problem) for problem in check(schema, value)] == messages


def test_paths() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"properties": {"b": {"type": "string"}}, "required": ["b"]}}},
    }
    problems = check(schema, {"a": [{"b": ""}, {}]})
    assert problems == (Problem(("a", 1, "b"), "required"),)
    assert str(problems[0]) == "a[1].b: required"


def test_of_several_forms_the_nearest_one_is_meant() -> None:
    def form(kind: str, **properties: Any) -> dict[str, Any]:
        return {"properties": {"kind": {"const": kind}, **properties}, "required": ["kind", *properties]}

    schema = {"properties": {"shape": {"oneOf": [form("circle", r={"type": "number"}), form("dot"), {"type": "null"}]}}}
    assert [str(each) for each in check(schema, {"shape": {"kind": "circle"}})] == ["shape.r: required"]
    assert [str(each) for each in check(schema, {"shape": {"kind": "circle", "r": "1"}})] == [
        "shape.r: must be a number"
    ]


def test_no_more_problems_than_a_person_reads() -> None:
    assert len(check({"items": {"type": "string"}}, [1] * 1_000)) == MAX_PROBLEMS


def doubling(levels: int, join: str = "allOf") -> dict[str, Any]:
    """A schema of a few lines that a validator applies 2 ** ``levels`` times."""
    parts = {f"d{n}": {join: [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]} for n in range(levels)}
    return {"$ref": "#/$defs/d0", "$defs": {**parts, f"d{levels}": {"type": "string"}}}


def nested(levels: int, value: Any = 1) -> Any:
    for _ in range(levels):
        value = [value]
    return value


def in_properties(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"properties": {"a": schema}}
    return schema


TREE = {"allOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}]}
CHAIN: dict[str, Any] = {}
for _ in range(25):
    CHAIN = {"a": CHAIN}


@pytest.mark.parametrize(
    ("schema", "value", "why"),
    [
        ({"$ref": "#"}, 1, "leads back to itself"),
        ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, 1, "to itself"),
        ({"anyOf": [{"type": "string"}, {"$ref": "#"}]}, 1, "leads back to itself"),
        ({"not": {"$ref": "#"}}, 1, "leads back to itself"),
        ({"$ref": "#/$defs/none"}, 1, "to a part that is missing"),
        ({"$ref": 5}, 1, "by name, or to another document"),
        ({"$ref": "other.json"}, 1, "by name, or to another document"),
        ({"$ref": "file:///etc/passwd"}, 1, "by name, or to another document"),
        ({"$ref": "#anchor", "$defs": {"a": {"$anchor": "anchor"}}}, 1, "by name, or to another document"),
        ({"$dynamicRef": "#/a"}, 1, "where it is followed from"),
        ({"$defs": {"a": {"$id": "http://127.0.0.1:9/x"}}}, 1, "a schema inside a schema"),
        (doubling(20), "x", "too much to validate"),
        (doubling(20, "anyOf"), 1, "too much to validate"),
        (TREE, CHAIN, "too much to validate"),
        ({"items": {"$ref": "#"}}, nested(1_000), "nested too deeply"),
        ({"items": {"$ref": "#"}}, nested(100_000), "nested too deeply"),
        (in_properties(2_000), 1, "nested too deeply"),
        ({"properties": {f"p{n}": {"type": ["string"]} for n in range(10_000)}}, {}, "too large"),
        ({"uniqueItems": True}, [{"n": n} for n in range(5_000)], "too much to validate"),
        ({"items": {"enum": list(range(2_000))}}, [1] * 1_000, "too much to validate"),
        ({"items": {"pattern": r"(a*)*\1$"}}, ["a" * 30 + "!"] * 1_000, "too much to validate"),
        ({"pattern": "(((a{1,100}){1,100}){1,100}){1,100}"}, "a", "not a JSON Schema, at pattern"),
        ({"properties": {"a": {"pattern": "("}}}, {}, "not a JSON Schema, at properties/a/pattern"),
        ({"type": "odd"}, 1, "not a JSON Schema, at type"),
        ({"minimum": "x"}, 1, "not a JSON Schema, at minimum"),
        ({"properties": None}, {}, "not a JSON Schema, at properties"),
        (5, 1, "not a JSON Schema, at its root"),
        ({"type": "string"}, "half \ud83d", "no Unicode text"),
    ],
)
def test_what_cannot_be_validated_says_why_and_takes_no_time(
    schema: Any, value: Any, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        pytest.fail("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(OddSchemaError, match=why):
        check(schema, value)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?=(a+)+$)b", r"(a*)*\1$"])
def test_an_expression_that_can_take_for_ever_does_not(pattern: str) -> None:
    messages = [str(problem) for problem in check({"pattern": pattern}, "a" * 60 + "!")]
    assert messages in ([], [f"does not match {pattern}"])


def test_what_recurses_is_validated_as_deep_as_the_value_goes() -> None:
    schema = {"type": "array", "items": {"$ref": "#"}}
    assert [str(each) for each in check(schema, nested(40, "x"))] == [f"{'[0]' * 40}: must be an array"]


def test_nothing_is_wrong_with_what_the_official_suite_calls_valid() -> None:
    refused, accepted = list[str](), 0
    for name, cases in json.loads(SUITE.read_text(encoding="utf-8")).items():
        # A metaschema from elsewhere can say that nothing is to be validated.
        for case in (case for case in cases if name != "vocabulary"):
            for value in case["valid"]:
                try:
                    assert check(case["schema"], value) == (), f"{name}: {case['description']}"
                    accepted += 1
                except OddSchemaError:
                    refused.append(name)
    assert accepted > 500
    # References by name, by base URI, by where they are followed from: what a tool's schema does not need.
    kinds = {"anchor", "cross-draft", "defs", "dynamicRef", "id", "ref", "refRemote", "unevaluatedItems",
             "unevaluatedProperties", "unknownKeyword"}  # fmt: skip
    assert {name.removeprefix("optional/") for name in refused} <= kinds
    assert len(refused) < 70
