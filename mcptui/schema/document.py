"""``$ref`` and ``allOf`` of one schema document, with bounds: the schema comes from a stranger."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote

from mcptui.numbers import whole_number
from mcptui.schema.steps import Steps
from mcptui.schema.values import Json, canonical, distinct, is_number, same

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema: TypeAlias = dict[str, Any]

#: How many ``$ref`` and ``allOf`` steps one field may need; more is a loop or an attack.
MAX_STEPS: Final = 200
_LARGEST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_SMALLEST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_ANNOTATIONS: Final = ("title", "description", "default", "examples", "$comment", "format", "pattern")


class OddSchemaError(Exception):
    """A schema that no form field can express, or no value be validated against; the message says why, for a person."""


class Document:
    """A schema with everything that its references can point to. No reference leaves the document."""

    def __init__(self, root: Json) -> None:
        self.root = root

    def flat(self, schema: Json) -> Schema:
        """``schema`` as one object without ``$ref`` and ``allOf`` at its top.

        Raises:
            OddSchemaError: it is no schema, refers to nothing, to itself or outside, or contradicts itself.
        """
        return self._flat(schema, Steps(MAX_STEPS), ())

    def _flat(self, schema: Json, steps: Steps, seen: tuple[str, ...]) -> Schema:
        if not steps.take():  # ``allOf`` of references can double at each level
            raise OddSchemaError("too many references")
        if schema is True:
            return {}
        if schema is False:
            raise OddSchemaError("the schema allows no value")
        if not isinstance(schema, dict):
            raise OddSchemaError("not a schema")
        parts: list[Schema] = []
        reference = schema.get("$ref", schema.get("$dynamicRef"))
        if reference is not None:
            if not isinstance(reference, str) or reference in seen:
                raise OddSchemaError("a reference that leads back to itself")
            parts.append(self._flat(self.target(reference), steps, (*seen, reference)))
        several = schema.get("allOf")
        if isinstance(several, list):
            parts.extend(self._flat(part, steps, seen) for part in several)
        own = {name: value for name, value in schema.items() if name not in {"$ref", "$dynamicRef", "allOf"}}
        merged: Schema = {}
        for part in (*parts, own):
            merged = _merge(merged, part)
        return merged

    def target(self, reference: str) -> Json:
        """The part that ``reference`` points to.

        Raises:
            OddSchemaError: there is none, or it is in another document.
        """
        if reference == "#" or (isinstance(self.root, dict) and reference == self.root.get("$id")):
            return self.root
        if not reference.startswith("#"):
            raise OddSchemaError("a reference to another document")
        pointer = unquote(reference[1:])
        if not pointer.startswith("/"):
            return self._anchor(pointer)
        target = self.root
        for raw in pointer[1:].split("/"):
            step = raw.replace("~1", "/").replace("~0", "~")
            if isinstance(target, dict) and step in target:
                target = target[step]
            elif isinstance(target, list) and (at := whole_number(step)) is not None and at < len(target):
                target = target[at]
            else:
                raise OddSchemaError("a reference to a part that is missing")
        return target

    def _anchor(self, name: str) -> Json:
        if name not in self._anchors:
            raise OddSchemaError("a reference to a part that is missing")
        return self._anchors[name]

    @cached_property
    def _anchors(self) -> dict[str, Schema]:
        anchors: dict[str, Schema] = {}
        for definition in self._definitions():
            for name in (definition.get("$anchor"), definition.get("$dynamicAnchor")):
                if isinstance(name, str):
                    anchors.setdefault(name, definition)
        return anchors

    def _definitions(self) -> Iterator[Schema]:
        if isinstance(self.root, dict):
            yield self.root
            for table in (self.root.get("$defs"), self.root.get("definitions")):
                if isinstance(table, dict):
                    yield from (part for part in table.values() if isinstance(part, dict))


def _merge(left: Schema, right: Schema) -> Schema:
    merged = dict(left)
    for name, value in right.items():
        merged[name] = _merge_key(name, merged[name], value) if name in merged else value
    return merged


def _merge_key(name: str, left: Json, right: Json) -> Json:
    if name in _ANNOTATIONS or same(left, right):
        return right
    if name == "type":
        return _common_types(left, right)
    if name == "properties" and isinstance(left, dict) and isinstance(right, dict):
        return {
            **left,
            **{key: both(left[key], value) if key in left else value for key, value in right.items()},
        }
    if name == "required" and isinstance(left, list) and isinstance(right, list):
        return distinct([*left, *right])
    if name == "enum" and isinstance(left, list) and isinstance(right, list):
        known = {canonical(value) for value in right}
        return [value for value in left if canonical(value) in known]
    if is_number(left) and is_number(right):
        if name in _LARGEST:
            return max(left, right)
        if name in _SMALLEST:
            return min(left, right)
    if name in {"items", "additionalProperties"}:
        return both(left, right)
    if name in {"anyOf", "oneOf", "const"}:
        raise OddSchemaError(f"several {name} at once")
    return right


def both(left: Json, right: Json) -> Json:
    """A schema for values that fit ``left`` and ``right``."""
    return {"allOf": [left, right]}


def types_of(schema: Schema) -> tuple[str, ...]:
    """The declared types; empty when the schema has no usable ones."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return (declared,)
    if isinstance(declared, list):
        return tuple(dict.fromkeys(entry for entry in declared if isinstance(entry, str)))
    return ()


def _common_types(left: Json, right: Json) -> list[str]:
    first, second = types_of({"type": left}), types_of({"type": right})
    common = [name for name in first if name in second or (name == "integer" and "number" in second)]
    if "integer" in second and "number" in first and "integer" not in common:
        common.append("integer")
    if not common:
        raise OddSchemaError("types that exclude each other")
    return common
