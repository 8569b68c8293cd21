"""What can be validated in little time; what cannot is tested with the validation."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema.bounds import MAX_STEPS, check_bounds
from mcptui.schema.document import OddSchemaError


def counted(schema: Any, value: Any) -> bool:
    try:
        check_bounds(schema, value)
    except OddSchemaError:
        return False
    return True


@pytest.mark.parametrize(
    "applied",
    [
        {"$ref": "#/$defs/many"},
        {"allOf": [{"$ref": "#/$defs/many"}]},
        {"anyOf": [{"$ref": "#/$defs/many"}]},
        {"oneOf": [{"$ref": "#/$defs/many"}]},
        {"not": {"$ref": "#/$defs/many"}},
        {"if": {"$ref": "#/$defs/many"}},
        {"then": {"$ref": "#/$defs/many"}},
        {"else": {"$ref": "#/$defs/many"}},
        {"dependentSchemas": {"a": {"$ref": "#/$defs/many"}}},
        {"dependencies": {"a": {"$ref": "#/$defs/many"}}},
        {"properties": {"a": {"$ref": "#/$defs/many"}}},
        {"patternProperties": {"a": {"$ref": "#/$defs/many"}}},
        {"additionalProperties": {"$ref": "#/$defs/many"}},
        {"unevaluatedProperties": {"$ref": "#/$defs/many"}},
        {"propertyNames": {"$ref": "#/$defs/many"}},
        {"properties": {"a": {"items": {"$ref": "#/$defs/many"}}}},
        {"properties": {"a": {"items": [{"$ref": "#/$defs/many"}]}}},
        {"properties": {"a": {"prefixItems": [{"$ref": "#/$defs/many"}]}}},
        {"properties": {"a": {"additionalItems": {"$ref": "#/$defs/many"}}}},
        {"properties": {"a": {"unevaluatedItems": {"$ref": "#/$defs/many"}}}},
        {"properties": {"a": {"contains": {"$ref": "#/$defs/many"}}}},
    ],
)
def test_every_way_to_a_schema_counts(applied: dict[str, Any]) -> None:
    many = {"allOf": [{"$ref": "#/$defs/few"}] * 1_000}
    few = {"allOf": [True] * 200}
    assert not counted({**applied, "$defs": {"many": many, "few": few}}, {"a": [1]})
    assert counted({**applied, "$defs": {"many": few}}, {"a": [1]})


def test_what_is_not_reached_does_not_count() -> None:
    assert counted({"properties": {"b": {"$ref": "#"}}, "items": {"$ref": "#/none"}}, {"a": 1})


def test_large_values_count() -> None:
    assert counted({"items": {"type": "string"}}, ["x"] * (MAX_STEPS // 4))
    assert not counted({"items": {"type": "string"}}, ["x"] * MAX_STEPS)


def test_what_has_to_be_evaluated_twice_counts_twice() -> None:
    schema: dict[str, Any] = {}
    for _ in range(30):
        schema = {"unevaluatedProperties": False, "allOf": [schema]}
    assert not counted(schema, {"a": 1})
