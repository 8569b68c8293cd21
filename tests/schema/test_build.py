"""JSON Schema → fields: every kind, odd schemas, and never an exception."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given

from mcptui.schema import (
    UNSET,
    BooleanField,
    ChecklistField,
    Choice,
    ChoiceField,
    ConstField,
    Field,
    JsonField,
    ListField,
    NumberField,
    ObjectField,
    OddSchemaError,
    TextField,
    VariantField,
    build,
    check,
    fits,
    format_json,
    join,
    parse_json,
    skeleton,
    spread,
)
from mcptui.schema.build import MAX_FIELDS
from tests.support.schemas import JSON_VALUES, schemas


def walk(field: Field, depth: int = 3) -> None:
    """Load the children and texts of ``field`` as a form would."""
    assert field.label
    assert field.kind
    assert all(isinstance(text, str) for text in (*field.constraints, field.title, field.description))
    if depth == 0:
        return
    if isinstance(field, ObjectField):
        for part in field.fields:
            walk(part, depth - 1)
    elif isinstance(field, ListField):
        walk(field.item, depth - 1)
    elif isinstance(field, VariantField):
        assert field.variants
        for variant in field.variants:
            walk(variant, depth - 1)


@given(schemas(), JSON_VALUES)
def test_no_schema_and_no_value_breaks_a_form(schema: Any, value: Any) -> None:
    field = build(schema)
    walk(field)
    with suppress(OddSchemaError):
        assert all(str(problem) for problem in check(schema, value))
    assert fits(field, value) in {True, False}
    first = skeleton(field)
    assert parse_json(format_json(first)) == first
    if isinstance(field, ObjectField) and isinstance(value, dict):
        assert join(value, spread(field, value)) == value


def only(schema: Any) -> Field:
    """The field of the property ``x`` with ``schema``."""
    root = build({"type": "object", "properties": {"x": schema}})
    assert isinstance(root, ObjectField)
    return root.fields[0]


def test_scalars() -> None:
    text = only({"type": "string", "title": "Name", "description": "Who", "default": "me", "format": "email"})
    assert isinstance(text, TextField)
    assert (text.label, text.title, text.description, text.default, text.kind) == (
        "x",
        "Name",
        "Who",
        "me",
        "email",
    )
    assert not text.required
    assert not text.multiline
    assert only({"type": "string"}).kind == "string"
    integer = only({"type": "integer", "minimum": 1, "maximum": 9})
    assert isinstance(integer, NumberField)
    assert integer.integer
    assert integer.kind == "integer"
    assert integer.constraints == ("1 to 9",)
    number = only({"type": "number"})
    assert isinstance(number, NumberField)
    assert not number.integer
    assert isinstance(only({"type": "boolean"}), BooleanField)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": 5000},
        {"type": "string", "format": "multiline"},
        {"type": "string", "contentMediaType": "text/x-python"},
    ],
)
def test_long_texts_have_several_lines(schema: Any) -> None:
    field = only(schema)
    assert isinstance(field, TextField)
    assert field.multiline


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"properties": {}}, ObjectField),
        ({"items": {}}, ListField),
        ({"pattern": "a"}, TextField),
        ({"minLength": 1}, TextField),
        ({"multipleOf": 2}, NumberField),
        ({}, JsonField),
        (True, JsonField),
        (False, JsonField),
        (7, JsonField),
        ({"type": "null"}, JsonField),
        ({"type": "odd"}, JsonField),
        ({"type": 3}, JsonField),
    ],
)
def test_missing_and_odd_types(schema: Any, kind: type[Field]) -> None:
    assert isinstance(only(schema), kind)


def test_a_label_is_never_empty() -> None:
    assert build({"type": "string"}).label == "value"
    assert build({"type": "string", "title": "Text"}).label == "Text"


def test_enums() -> None:
    field = only({"enum": ["a", "", 1, True, "a"]})
    assert isinstance(field, ChoiceField)
    assert field.choices == (Choice("a", "a"), Choice("", '""'), Choice(1, "1"), Choice(True, "true"))
    assert field.kind == "one of 4"
    named = only({"enum": ["a", "b"], "enumNames": ["Ah", ""]})
    assert isinstance(named, ChoiceField)
    assert [choice.label for choice in named.choices] == ["Ah", "b"]
    titled = only({"oneOf": [{"const": "r", "title": "Red"}, {"const": "g"}]})
    assert isinstance(titled, ChoiceField)
    assert titled.choices == (Choice("r", "Red"), Choice("g", "g"))


def test_const() -> None:
    field = only({"const": "v1"})
    assert isinstance(field, ConstField)
    assert field.value == "v1"
    assert field.kind == "constant"


def test_checklists() -> None:
    field = only({"type": "array", "items": {"anyOf": [{"const": "r", "title": "Red"}, {"const": "g"}]}})
    assert isinstance(field, ChecklistField)
    assert field.choices[0] == Choice("r", "Red")
    assert field.kind == "any of 2"


def test_lists() -> None:
    numbers = only({"type": "array", "items": {"type": "integer"}, "minItems": 1})
    assert isinstance(numbers, ListField)
    assert isinstance(numbers.item, NumberField)
    assert numbers.kind == "array of numbers"
    assert numbers.constraints == ("at least 1 item",)
    objects = only({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}})
    assert isinstance(objects, ListField)
    assert isinstance(objects.item, ObjectField)
    broken = only({"type": "array", "items": {"$ref": "#/nowhere"}})
    assert isinstance(broken, ListField)
    assert isinstance(broken.item, JsonField)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "array", "prefixItems": [{}]}, "an array with a schema for each position"),
        ({"type": "array", "items": [{}]}, "an array with a schema for each position"),
        ({"type": "object"}, ""),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "fields of any name"),
        ({"type": "object", "patternProperties": {"^a": {}}}, "fields of any name"),
        (
            {"type": "object", "properties": {str(n): {} for n in range(MAX_FIELDS + 1)}},
            "more than 200 fields",
        ),
        (
            {"anyOf": [{"type": "object", "title": str(n)} for n in range(MAX_FIELDS + 1)]},
            "more than 200 forms",
        ),
    ],
)
def test_what_needs_json_says_why(schema: Any, reason: str) -> None:
    field = only(schema)
    assert isinstance(field, JsonField) is bool(reason)
    if isinstance(field, JsonField):
        assert field.reason == reason


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "null"]},
        {"type": "string", "nullable": True},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"const": None}, {"type": "string"}]},
        {"anyOf": [{"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "null"}]},
    ],
)
def test_nullable_text(schema: Any) -> None:
    field = only({**schema, "title": "Name"})
    assert isinstance(field, TextField)
    assert field.nullable
    assert field.title == "Name"


def test_nullable_enums_and_unions() -> None:
    for schema in ({"enum": ["a", None]}, {"type": ["string", "null"], "enum": ["a", None]}):
        choice = only(schema)
        assert isinstance(choice, ChoiceField)
        assert choice.choices == (Choice("a", "a"),)
        assert choice.nullable
    union = only({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}, {"$ref": "#/no"}]})
    assert isinstance(union, VariantField)
    assert union.nullable
    assert [variant.title for variant in union.variants] == ["1: string", "2: integer", "3: JSON value"]


def test_unions() -> None:
    field = only(
        {
            "title": "Shape",
            "properties": {"id": {"type": "string"}},
            "required": ["id"],
            "oneOf": [
                {"properties": {"radius": {"type": "number"}}, "required": ["radius"]},
                {"title": "Box", "properties": {"side": {"type": "number"}}},
                {"type": "object"},
            ],
        }
    )
    assert isinstance(field, VariantField)
    assert field.kind == "one of 3 forms"
    assert [variant.title for variant in field.variants] == [
        "1: object with id, radius",
        "Box",
        "3: object with id",
    ]
    circle = field.variants[0]
    assert isinstance(circle, ObjectField)
    assert [(part.name, part.required) for part in circle.fields] == [("id", True), ("radius", True)]
    empty = only({"anyOf": [{"type": "object"}, {"type": "string"}]})
    assert isinstance(empty, VariantField)
    assert empty.variants[0].title == "1: object"


def test_several_types_are_variants() -> None:
    field = only({"type": ["string", "integer"], "description": "either"})
    assert isinstance(field, VariantField)
    assert [type(variant) for variant in field.variants] == [TextField, NumberField]


def test_unions_that_only_require_fields_are_no_variants() -> None:
    field = build({"type": "object", "properties": {"a": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]})
    assert isinstance(field, ObjectField)


def test_a_root_union_has_a_form() -> None:
    assert isinstance(build({"anyOf": [{"type": "object"}, {"properties": {"a": {}}}]}), VariantField)


def test_recursion_is_built_on_demand() -> None:
    node = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}}
    field = build(node)
    for _ in range(5):
        assert isinstance(field, ObjectField)
        children = field.fields[0]
        assert isinstance(children, ListField)
        field = children.item


def test_unions_that_contain_themselves_stop() -> None:
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "string"}]}}}
    field = build(schema)
    assert isinstance(field, VariantField)
    assert [variant.title for variant in field.variants] == ["1: one of several", "2: string"]
    assert fits(field, "x")
    assert not fits(field, 3)
    assert skeleton(field) is None
    optional = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}]}}}
    assert isinstance(build(optional), JsonField)


def test_required_and_defaults() -> None:
    field = build({"type": "object", "properties": {"a": {"default": None}, "b": {}}, "required": ["b", 3]})
    assert isinstance(field, ObjectField)
    assert [(part.name, part.required, part.default) for part in field.fields] == [
        ("a", False, None),
        ("b", True, UNSET),
    ]
    odd = build({"type": "object", "properties": 3, "required": "b"})
    assert isinstance(odd, ObjectField)
    assert odd.fields == ()
