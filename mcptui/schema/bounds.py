"""Whether a value can be validated in little time: a stranger's schema can make that take for ever, or overflow stacks.

What can be validated is followed as a validator would, without comparing anything, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mcptui.schema.document import Document, OddSchemaError, Schema
from mcptui.schema.steps import Steps
from mcptui.schema.values import Json

#: Schemas that are compared with parts of the value; a validator takes about a microsecond for each.
MAX_STEPS: Final = 100_000
#: Schemas and values inside each other.
MAX_DEPTH: Final = 200
#: Objects and lists of a schema.
MAX_PARTS: Final = 20_000
#: Expressions that are run by trying, which is slow; others take time in proportion to the text.
_TRIED: Final = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9kg]|[*+?}]\+")
_TRIED_STEPS: Final = 500

_ONE: Final = ("not", "if", "then", "else")
_SEVERAL: Final = ("allOf", "anyOf", "oneOf")
_OF_PROPERTIES: Final = ("additionalProperties", "unevaluatedProperties")
_OF_ITEMS: Final = ("items", "additionalItems", "unevaluatedItems", "contains")


def check_bounds(schema: Json, value: Json) -> None:
    """Return where validating ``value`` takes little time.

    Raises:
        OddSchemaError: it may not, or the schema refers to what is no simple part of it; says why.
    """
    _check_size(schema)
    _Walk(Document(schema)).visit(schema, value, MAX_DEPTH)


def _check_size(schema: Json) -> None:
    rest, parts = [(schema, 0)], 0
    while rest:
        part, depth = rest.pop()
        if isinstance(part, dict | list):
            parts += 1
            rest.extend((each, depth + 1) for each in (part.values() if isinstance(part, dict) else part))
        if parts > MAX_PARTS:
            raise OddSchemaError("a schema that is too large")
        if depth > MAX_DEPTH:
            raise OddSchemaError("a schema that is nested too deeply")
        if isinstance(part, dict) and part is not schema and isinstance(part.get("$id"), str):
            raise OddSchemaError("a schema inside a schema")


class _Walk:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._steps = Steps(MAX_STEPS)

    def visit(self, schema: Json, value: Json, depth: int) -> None:
        if depth == 0:
            raise OddSchemaError("nested too deeply, or a reference that leads back to itself")
        self._take(1)
        if not isinstance(schema, dict):
            return
        self._take_own(schema, value)
        # What is evaluated is found out by evaluating it once more.
        again = 2 if "unevaluatedProperties" in schema or "unevaluatedItems" in schema else 1
        for _ in range(again):
            for part in self._in_place(schema):
                self.visit(part, value, depth - 1)
        if isinstance(value, dict):
            for name, item in value.items():
                for part in _of_property(schema, name):
                    self.visit(part, item, depth - 1)
                if "propertyNames" in schema:
                    self.visit(schema["propertyNames"], name, depth - 1)
        elif isinstance(value, list):
            for place, item in enumerate(value):
                for part in _of_item(schema, place):
                    self.visit(part, item, depth - 1)
        else:
            return
        self._take(len(value))

    def _take(self, steps: int) -> None:
        if not self._steps.take(steps):
            raise OddSchemaError("too much to validate")

    def _take_own(self, schema: Schema, value: Json) -> None:
        """Keywords that take more time than others."""
        if isinstance(enum := schema.get("enum"), list):
            self._take(len(enum) // 10)
        if isinstance(value, list) and schema.get("uniqueItems") is True:
            self._take(len(value) ** 2 // 50)
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and isinstance(value, str):
            self._take(_TRIED_STEPS if _TRIED.search(pattern) else 1 + len(value) // 100)
        patterns = schema.get("patternProperties")
        if isinstance(patterns, dict) and isinstance(value, dict):
            self._take(len(value) * sum(_TRIED_STEPS if _TRIED.search(each) else 1 for each in patterns))

    def _in_place(self, schema: Schema) -> Iterator[Json]:
        if "$dynamicRef" in schema or "$recursiveRef" in schema:
            raise OddSchemaError("a reference that depends on where it is followed from")
        reference = schema.get("$ref")
        if reference is not None:
            # Other references are looked up in ways that a validator need not share.
            if not isinstance(reference, str) or not re.match(r"#(?:/|$)", reference):
                raise OddSchemaError("a reference by name, or to another document")
            yield self._document.target(reference)
        yield from (schema[name] for name in _ONE if name in schema)
        for name in _SEVERAL:
            if isinstance(shapes := schema.get(name), list):
                yield from shapes
        for name in ("dependentSchemas", "dependencies"):
            if isinstance(parts := schema.get(name), dict):
                yield from parts.values()


def _of_property(schema: Schema, name: str) -> Iterator[Json]:
    if isinstance(properties := schema.get("properties"), dict) and name in properties:
        yield properties[name]
    if isinstance(patterns := schema.get("patternProperties"), dict):
        yield from patterns.values()
    yield from (schema[key] for key in _OF_PROPERTIES if key in schema)


def _of_item(schema: Schema, place: int) -> Iterator[Json]:
    for key in ("prefixItems", "items"):
        if isinstance(places := schema.get(key), list) and place < len(places):
            yield places[place]
    yield from (schema[key] for key in _OF_ITEMS if key in schema and not isinstance(schema[key], list))
