"""What a person types for an argument, as the value that its field wants: ``5`` is text in one field, a number in
another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mcptui.schema.convert import InputError, parse_number
from mcptui.schema.document import types_of
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
from mcptui.schema.jsontext import JsonTextError, parse_json
from mcptui.schema.values import Json, same

if TYPE_CHECKING:
    from collections.abc import Sequence

_BOOLEANS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MANY: Final = 8


def read_words(field: Field, words: Sequence[str], *, quoted: bool = False) -> Json:
    """The value of a field that was given once, or more often where it is a list.

    Raises:
        InputError: they are not what the field holds.
    """
    if isinstance(field, ListField | ChecklistField) and not (len(words) == 1 and words[0].lstrip().startswith("[")):
        return [_item(field, word) for word in words]
    if len(words) > 1:
        raise InputError("given more than once, and it is not an array")
    return read_word(field, words[0], quoted=quoted)


def read_word(field: Field, word: str, *, quoted: bool = False) -> Json:
    """The value that ``word`` stands for in ``field``.

    Where anything is allowed it is JSON if it reads as JSON; ``quoted`` words are text there.

    Raises:
        InputError: it is not what the field holds.
    """
    if field.nullable and word == "null":
        return None
    if isinstance(field, TextField):
        return word
    if isinstance(field, NumberField):
        return parse_number(word, integer=field.integer)
    if isinstance(field, BooleanField):
        return _boolean(word)
    if isinstance(field, ConstField):
        return _one_of((Choice(field.value, ""),), word)
    if isinstance(field, ChoiceField):
        return _one_of(field.choices, word)
    if isinstance(field, ListField | ChecklistField):
        return _of_kind("list", word) if word.lstrip().startswith("[") else [_item(field, word)]
    if isinstance(field, ObjectField):
        return _of_kind("object", word)
    if isinstance(field, VariantField):
        return _variant(field, word, quoted=quoted)
    return _anything(field, word, quoted=quoted)


def _item(field: ListField | ChecklistField, word: str) -> Json:
    return read_word(field.item, word) if isinstance(field, ListField) else _one_of(field.choices, word)


def _boolean(word: str) -> bool:
    if (value := _BOOLEANS.get(word.lower())) is None:
        raise InputError(f"{word!r} is not true or false")
    return value


def _one_of(choices: tuple[Choice, ...], word: str) -> Json:
    """The choice that is the text itself, else that is this JSON, else that is called so."""
    for choice in choices:
        if choice.value == word:
            return choice.value
    value = _json_or_text(word)
    for choice in choices:
        if same(choice.value, value) or choice.label == word:
            return choice.value
    names = [choice_word(choice) for choice in choices[:_MANY]]
    raise InputError(f"{word!r} is not one of {', '.join(names)}{', …' if len(choices) > _MANY else ''}")


def choice_word(choice: Choice) -> str:
    """How a choice is typed."""
    value = choice.value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _variant(field: VariantField, word: str, *, quoted: bool) -> Json:
    """The most special of the forms that take the word: what is a number and may be one, is one."""
    refused: InputError | None = None
    for variant in sorted(field.variants, key=_generality):
        try:
            return read_word(variant, word, quoted=quoted)
        except InputError as error:
            refused = refused or error
    raise refused or InputError("no form takes a value")


def _generality(field: Field) -> int:
    order = (ConstField, ChoiceField, BooleanField, NumberField, ChecklistField, ListField, ObjectField, VariantField)
    special = next((place for place, kind in enumerate(order) if isinstance(field, kind)), len(order))
    return special + isinstance(field, TextField) + 2 * isinstance(field, JsonField)


def _anything(field: Field, word: str, *, quoted: bool) -> Json:
    """A field that is edited as JSON may still say what kind of JSON it is."""
    kinds = types_of(field.schema)
    if kinds == ("object",):
        return _of_kind("object", word)
    if kinds == ("array",):
        return _of_kind("list", word)
    return word if quoted else _json_or_text(word)


def _of_kind(kind: str, word: str) -> Json:
    value = _json_or_text(word)
    if not isinstance(value, list if kind == "list" else dict):
        raise InputError(f"{word!r} is not a JSON {kind}")
    return value


def _json_or_text(word: str) -> Json:
    try:
        return parse_json(word)
    except JsonTextError:
        return word
