"""Light validation: what is certainly wrong with a value, said before a server says it."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mcptui.schema.convert import choice_index, pick_variant
from mcptui.schema.fields import (
    BooleanField,
    ChecklistField,
    ChoiceField,
    ConstField,
    Field,
    ListField,
    NumberField,
    ObjectField,
    TextField,
    VariantField,
)
from mcptui.schema.values import UNSET, Json, MaybeJson, is_integer, is_number, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Beyond this depth a value is left to the server.
MAX_DEPTH: Final = 20
_LIMITS: Final[Sequence[tuple[str, str, Callable[[Any, Any], bool]]]] = (
    ("minimum", "≥", operator.ge),
    ("maximum", "≤", operator.le),
    ("exclusiveMinimum", ">", operator.gt),
    ("exclusiveMaximum", "<", operator.lt),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: property names and list places from the root."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")
        return f"{where}: {self.message}" if where else self.message


def check(field: Field, value: MaybeJson) -> tuple[Problem, ...]:
    """The problems of ``value``; empty also where only the server can know.

    ``pattern`` and ``format`` are shown but not run: a stranger's expression can take for ever.
    """
    return tuple(_check(field, value, (), MAX_DEPTH))


def _check(field: Field, value: MaybeJson, path: tuple[str | int, ...], depth: int) -> Iterator[Problem]:
    if value is UNSET:
        if field.required:
            yield Problem(path, "required")
        return
    if (value is None and field.nullable) or depth == 0:
        return
    if isinstance(field, ObjectField):
        if not isinstance(value, dict):
            yield Problem(path, "an object is needed")
            return
        for part in field.fields:
            yield from _check(part, value.get(part.name, UNSET), (*path, part.name), depth - 1)
        yield from _size(field, len(value), "minProperties", "maxProperties", path)
    elif isinstance(field, ListField | ChecklistField):
        yield from _check_list(field, value, path, depth)
    elif isinstance(field, VariantField):
        place = pick_variant(field, value)
        if place is None:
            yield Problem(path, "fits none of the forms")
        else:
            yield from _check(field.variants[place], value, path, depth - 1)
    else:
        yield from _check_scalar(field, value, path)


def _check_list(
    field: ListField | ChecklistField, value: Json, path: tuple[str | int, ...], depth: int
) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, "a list is needed")
        return
    for place, entry in enumerate(value):
        if isinstance(field, ListField):
            yield from _check(field.item, entry, (*path, place), depth - 1)
        elif choice_index(field.choices, entry) is None:
            yield Problem((*path, place), "not one of the choices")
    yield from _size(field, len(value), "minItems", "maxItems", path)
    if field.schema.get("uniqueItems") is True and _has_duplicates(value):
        yield Problem(path, "no duplicates")


def _check_scalar(field: Field, value: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(field, TextField):
        if isinstance(value, str):
            yield from _size(field, len(value), "minLength", "maxLength", path)
        else:
            yield Problem(path, "text is needed")
    elif isinstance(field, NumberField):
        yield from _check_number(field, value, path)
    elif isinstance(field, BooleanField) and not isinstance(value, bool):
        yield Problem(path, "true or false is needed")
    elif isinstance(field, ChoiceField) and choice_index(field.choices, value) is None:
        yield Problem(path, "not one of the choices")
    elif isinstance(field, ConstField) and not same(field.value, value):
        yield Problem(path, "another value is fixed")


def _check_number(field: NumberField, value: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if not is_number(value):
        yield Problem(path, "a number is needed")
        return
    if field.integer and isinstance(value, float) and not value.is_integer():
        yield Problem(path, "a whole number is needed")
    schema = field.schema
    for name, sign, holds in _LIMITS:
        bound = schema.get(name)
        if is_number(bound) and not holds(value, bound):
            yield Problem(path, f"must be {sign} {bound}")
    step = schema.get("multipleOf")
    # Only whole numbers: 0.3 is no multiple of 0.1 in binary.
    if is_integer(step) and step > 0 and is_integer(value) and value % step:
        yield Problem(path, f"must be a multiple of {step}")


def _size(field: Field, size: int, low_name: str, high_name: str, path: tuple[str | int, ...]) -> Iterator[Problem]:
    low, high = field.schema.get(low_name), field.schema.get(high_name)
    if is_number(low) and size < low:
        yield Problem(path, f"too short: at least {low}")
    if is_number(high) and size > high:
        yield Problem(path, f"too long: at most {high}")


def _has_duplicates(values: list[Json]) -> bool:
    return any(same(entry, other) for place, entry in enumerate(values) for other in values[:place])
