"""A first value for a field, to be edited as JSON."""

from __future__ import annotations

import math
from typing import Final

from mcptui.schema.fields import (
    BooleanField,
    ChoiceField,
    ConstField,
    Field,
    ListField,
    NumberField,
    ObjectField,
    TextField,
    VariantField,
)
from mcptui.schema.values import UNSET, Json, is_number

#: Schemas recurse; below this depth required fields are left out.
MAX_DEPTH: Final = 6
_EMPTY: Final[dict[str, Json]] = {
    "object": {},
    "array": [],
    "string": "",
    "boolean": False,
    "integer": 0,
    "number": 0,
}


def skeleton(field: Field) -> Json:
    """A value with the required fields and the defaults of ``field``."""
    return _skeleton(field, MAX_DEPTH)


def _skeleton(field: Field, depth: int) -> Json:
    if field.default is not UNSET:
        return field.default
    if isinstance(field, ConstField):
        return field.value
    if field.nullable:
        return None
    if isinstance(field, ChoiceField):
        return field.choices[0].value
    if isinstance(field, TextField):
        return ""
    if isinstance(field, NumberField):
        low = field.schema.get("minimum")
        return math.ceil(low) if is_number(low) and math.isfinite(low) else 0
    if isinstance(field, BooleanField):
        return False
    if isinstance(field, ObjectField):
        wanted = [part for part in field.fields if part.required or part.default is not UNSET]
        return {part.name: _skeleton(part, depth - 1) for part in wanted} if depth > 0 else {}
    if isinstance(field, VariantField):
        return _skeleton(field.variants[0], depth - 1) if depth > 0 else None
    if isinstance(field, ListField):
        least = field.schema.get("minItems")
        return [_skeleton(field.item, depth - 1)] if is_number(least) and least > 0 and depth > 0 else []
    declared = field.schema.get("type")
    return _EMPTY.get(declared) if isinstance(declared, str) else None
