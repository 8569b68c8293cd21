"""JSON Schema → form fields. Never fails: what no field expresses becomes a :class:`JsonField`."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mcptui.schema.constraints import describe
from mcptui.schema.document import Document, OddSchemaError, Schema, both, types_of
from mcptui.schema.fields import (
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
    TextField,
    VariantField,
)
from mcptui.schema.values import UNSET, Json, distinct

if TYPE_CHECKING:
    from collections.abc import Callable

#: A form with more fields than this is slower to use than a JSON editor.
MAX_FIELDS: Final = 200
#: A text of at least this length gets an editor of several lines.
LONG_TEXT: Final = 200
#: How many optional types may be wrapped around each other.
MAX_NESTED: Final = 20
_UNION_KEYS: Final = ("anyOf", "oneOf")


def build(schema: Json) -> Field:
    """The field for a whole schema, e.g. a tool's ``inputSchema``."""
    return replace(_Builder(Document(schema)).field(schema), whole=schema)


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document

    def field(self, schema: Json, name: str = "", *, required: bool = False) -> Field:
        try:
            return self._field(self._document.flat(schema), name, required=required)
        except OddSchemaError as error:
            return JsonField(
                name=name,
                required=required,
                reason=str(error),
                schema=schema if isinstance(schema, dict) else {},
                title=_text(schema, "title"),
                description=_text(schema, "description"),
            )

    def _field(self, schema: Schema, name: str, *, required: bool) -> Field:
        schema, nullable = self._without_null(schema)
        common: dict[str, Any] = {
            "name": name,
            "title": _text(schema, "title"),
            "description": _text(schema, "description"),
            "required": required,
            "nullable": nullable,
            "default": schema.get("default", UNSET),
            "constraints": describe(schema),
            "schema": schema,
        }
        if "const" in schema:
            return ConstField(value=schema["const"], **common)
        choices = self._choices(schema)
        if choices:
            return ChoiceField(choices=choices, **common)
        if (shapes := self._shapes(schema)) is not None:
            return VariantField(load_variants=partial(self._variants, schema, shapes), **common)
        return self._by_type(schema, common)

    def _by_type(self, schema: Schema, common: dict[str, Any]) -> Field:
        kind = _kind(schema)
        if kind == "string":
            text_format = _text(schema, "format")
            longest = schema.get("maxLength")
            multiline = text_format in {"multiline", "textarea"} or "contentMediaType" in schema
            multiline = multiline or (isinstance(longest, int) and longest >= LONG_TEXT)
            return TextField(format=text_format, multiline=multiline, **common)
        if kind in {"integer", "number"}:
            return NumberField(integer=kind == "integer", **common)
        if kind == "boolean":
            return BooleanField(**common)
        if kind == "array":
            return self._list(schema, common)
        if kind == "object":
            return self._object(schema, common)
        return JsonField(**common)

    def _list(self, schema: Schema, common: dict[str, Any]) -> Field:
        items = schema.get("items", True)
        if "prefixItems" in schema or isinstance(items, list):
            return JsonField(reason="an array with a schema for each position", **common)
        item_choices = self._item_choices(items)
        if item_choices:
            return ChecklistField(choices=item_choices, **common)
        return ListField(load_item=partial(self.field, items, required=True), **common)

    def _item_choices(self, items: Json) -> tuple[Choice, ...]:
        try:
            return self._choices(self._document.flat(items))
        except OddSchemaError:
            return ()

    def _object(self, schema: Schema, common: dict[str, Any]) -> Field:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            properties = {}
        if len(properties) > MAX_FIELDS:
            return JsonField(reason=f"more than {MAX_FIELDS} fields", **common)
        if not properties and (schema.get("additionalProperties", False) or schema.get("patternProperties")):
            return JsonField(reason="fields of any name", **common)
        required = schema.get("required")
        needed = {entry for entry in required if isinstance(entry, str)} if isinstance(required, list) else set()

        def load() -> tuple[Field, ...]:
            return tuple(self.field(part, name, required=name in needed) for name, part in properties.items())

        return ObjectField(load_fields=load, **common)

    def _without_null(self, schema: Schema, depth: int = MAX_NESTED) -> tuple[Schema, bool]:
        """``schema`` without null among what it allows, and whether null was there."""
        if depth == 0:
            raise OddSchemaError("a reference that leads back to itself")
        types = types_of(schema)
        if len(types) > 1 and "null" in types:
            schema = {**schema, "type": [name for name in types if name != "null"]}
            values = schema.get("enum")
            if isinstance(values, list):
                schema["enum"] = [value for value in values if value is not None]
            return schema, True
        values = schema.get("enum")
        if isinstance(values, list) and len(values) > 1 and None in values:
            return {**schema, "enum": [value for value in values if value is not None]}, True
        for key in _UNION_KEYS:
            shapes = schema.get(key)
            if isinstance(shapes, list) and len(shapes) > 1:
                others = [shape for shape in shapes if not self._is_null(shape)]
                if len(others) == 1:
                    rest = {name: value for name, value in schema.items() if name != key}
                    inner = self._document.flat(both(others[0], rest))
                    return self._without_null(inner, depth - 1)[0], True
                if len(others) < len(shapes):
                    return {**schema, key: others}, True
        return schema, schema.get("nullable") is True

    def _is_null(self, schema: Json) -> bool:
        try:
            flat = self._document.flat(schema)
        except OddSchemaError:
            return False
        return types_of(flat) == ("null",) or ("const" in flat and flat["const"] is None)

    def _choices(self, schema: Schema) -> tuple[Choice, ...]:
        """The values of an enum, or of a union of constants; empty for neither."""
        values = schema.get("enum")
        if isinstance(values, list) and values:
            labels = schema.get("enumNames")
            if not (isinstance(labels, list) and len(labels) == len(values)):
                labels = [None] * len(values)
            return _distinct(
                [Choice(value, _choice_label(value, label)) for value, label in zip(values, labels, strict=True)]
            )
        for key in _UNION_KEYS:
            shapes = schema.get(key)
            if isinstance(shapes, list) and shapes:
                constants = [shape for shape in shapes if isinstance(shape, dict) and "const" in shape]
                if len(constants) == len(shapes):
                    return _distinct(
                        [Choice(shape["const"], _choice_label(shape["const"], shape.get("title"))) for shape in shapes]
                    )
        return ()

    def _shapes(self, schema: Schema) -> tuple[str, list[Json]] | None:
        """The key and the shapes of a union, or None. Unions that only say what is required are no shapes."""
        for key in _UNION_KEYS:
            shapes = schema.get(key)
            if isinstance(shapes, list) and shapes and not all(_only_requires(shape) for shape in shapes):
                if len(shapes) > MAX_FIELDS:
                    raise OddSchemaError(f"more than {MAX_FIELDS} forms")
                return key, shapes
        types = types_of(schema)
        if len(types) > 1:
            return "type", [{"type": name} for name in types]
        return None

    def _variants(self, schema: Schema, shapes: tuple[str, list[Json]]) -> tuple[Field, ...]:
        key, parts = shapes
        annotations = {key, "title", "description", "default"}
        base = {name: value for name, value in schema.items() if name not in annotations}
        fields = [self.field(both(base, part) if base else part, required=True) for part in parts]
        return tuple(
            replace(field, title=field.title or f"{number}: {_variant_word(field)}")
            for number, field in enumerate(fields, start=1)
        )


def _variant_word(field: Field) -> str:
    if isinstance(field, ObjectField):
        names = [part.name for part in field.fields[:3]]
        return f"{field.word} with {', '.join(names)}" if names else field.word
    # Not .kind of a union: its variants may contain the union itself.
    return "one of several" if isinstance(field, VariantField) else field.kind


def _kind(schema: Schema) -> str:
    """The type, or what the other keywords say about it; empty for anything."""
    types = types_of(schema)
    if types:
        return types[0]
    hints: tuple[tuple[str, Callable[[Schema], bool]], ...] = (
        ("object", lambda part: isinstance(part.get("properties"), dict)),
        ("array", lambda part: "items" in part),
        ("string", lambda part: "pattern" in part or "minLength" in part or "maxLength" in part),
        ("number", lambda part: "minimum" in part or "maximum" in part or "multipleOf" in part),
    )
    return next((name for name, fits in hints if fits(schema)), "")


def _only_requires(shape: Json) -> bool:
    return isinstance(shape, dict) and shape.keys() <= {"required", "not", "title", "description"}


def _choice_label(value: Json, label: Json) -> str:
    if isinstance(label, str) and label:
        return label
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _distinct(choices: list[Choice]) -> tuple[Choice, ...]:
    return tuple(distinct(choices, lambda choice: choice.value))


def _text(schema: Json, name: str) -> str:
    value = schema.get(name) if isinstance(schema, dict) else None
    return value if isinstance(value, str) else ""
