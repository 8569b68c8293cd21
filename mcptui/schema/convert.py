"""Values ⇄ fields: what an editor shows for a value, and the value it stands for."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final

from mcptui.schema.fields import (
    BooleanField,
    ChecklistField,
    Choice,
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
    from collections.abc import Mapping

#: Everything besides newline where text editors begin a new line.
_OTHER_BREAKS: Final = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
#: A variant is chosen by looking this deep and this long into a value; further differences do not decide.
_DEPTH: Final = 4
_STEPS: Final = 500


class InputError(ValueError):
    """The text in a field is not what the field holds; the message is for the person at the form."""


def parse_number(text: str, *, integer: bool) -> int | float:
    """The number that ``text`` stands for.

    Raises:
        InputError: it is no number, no whole one where one is needed, or too large.
    """
    cleaned = text.strip()
    try:
        number: int | float = int(cleaned)
    except ValueError:
        number = _parse_float(cleaned)
        if integer:
            if not number.is_integer():
                raise InputError("must be an integer") from None
            number = int(number)
    return number


def _parse_float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise InputError("not a number") from None
    if not math.isfinite(number):
        raise InputError("too large" if text[-1:].isdecimal() else "not a number")
    return number


def number_text(value: float) -> str:
    """How a number stands in an input; :func:`parse_number` gives it back."""
    return json.dumps(value)


def choice_index(choices: tuple[Choice, ...], value: Json) -> int | None:
    """The place of ``value`` among ``choices``."""
    return next((place for place, choice in enumerate(choices) if same(choice.value, value)), None)


def fits(field: Field, value: MaybeJson) -> bool:
    """Whether the field's own editor can show ``value`` without losing anything of it."""
    if value is UNSET or (value is None and field.nullable):
        return True
    if isinstance(field, TextField):
        return isinstance(value, str) and not _OTHER_BREAKS.search(value) and (field.multiline or "\n" not in value)
    if isinstance(field, NumberField):
        return is_integer(value) if field.integer else is_number(value)
    if isinstance(field, BooleanField):
        return isinstance(value, bool)
    if isinstance(field, ConstField):
        return same(field.value, value)
    if isinstance(field, ChoiceField):
        return choice_index(field.choices, value) is not None
    if isinstance(field, ChecklistField):
        return isinstance(value, list) and _checked(field, value)
    if isinstance(field, ListField):
        return isinstance(value, list)
    if isinstance(field, ObjectField):
        return isinstance(value, dict)
    if isinstance(field, VariantField):
        return pick_variant(field, value) is not None
    return True


def _checked(field: ChecklistField, value: list[Json]) -> bool:
    """Whether the list is what ticking boxes gives: known values, in order, each once."""
    places = [choice_index(field.choices, entry) for entry in value]
    known = [place for place in places if place is not None]
    return len(known) == len(places) and known == sorted(set(known))


def pick_variant(field: VariantField, value: Json) -> int | None:
    """The variant that shows ``value`` best: all the way down before only at the top; None if none does."""
    for look in (_Look(_DEPTH, _STEPS), _Look(0, _STEPS)):
        for place, variant in enumerate(field.variants):
            if look.suits(variant, value):
                return place
    return None


class _Look:
    """Compares values with fields so deep and no longer: unions in unions multiply."""

    def __init__(self, depth: int, steps: int) -> None:
        self._depth = depth
        self._steps = steps

    def suits(self, field: Field, value: Json) -> bool:
        return self._suits(field, value, self._depth)

    def _suits(self, field: Field, value: Json, depth: int) -> bool:
        self._steps -= 1
        if isinstance(field, VariantField):
            if self._steps < 0:
                return True
            return depth > 0 and any(self._suits(variant, value, depth - 1) for variant in field.variants)
        if not fits(field, value):
            return False
        if depth == 0 or self._steps < 0 or value is None:
            return True
        if isinstance(field, ObjectField):
            known = {part.name: part for part in field.fields}
            if any(part.required and name not in value for name, part in known.items()):
                return False
            return all(name in known and self._suits(known[name], entry, depth - 1) for name, entry in value.items())
        if isinstance(field, ListField):
            return all(self._suits(field.item, entry, depth - 1) for entry in value)
        return True


def spread(field: ObjectField, value: Mapping[str, Json]) -> dict[str, MaybeJson]:
    """The value of each known field."""
    return {part.name: value.get(part.name, UNSET) for part in field.fields}


def join(original: Mapping[str, Json], parts: Mapping[str, MaybeJson]) -> dict[str, Json]:
    """An object from the values of its known fields; what else ``original`` had is kept, order included."""
    joined = {name: parts.get(name, value) for name, value in original.items()}
    joined |= {name: value for name, value in parts.items() if name not in joined}
    return {name: value for name, value in joined.items() if value is not UNSET}
