"""JSON Schema → form fields, values ⇄ fields, typed calls, skeletons and validation; pure."""

from __future__ import annotations

from mcptui.schema.build import build
from mcptui.schema.check import Problem, check
from mcptui.schema.convert import (
    InputError,
    choice_index,
    fits,
    join,
    number_text,
    parse_number,
    pick_variant,
    spread,
)
from mcptui.schema.document import OddSchemaError
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
from mcptui.schema.formats import format_hint
from mcptui.schema.jsontext import JsonTextError, format_json, parse_json
from mcptui.schema.skeleton import skeleton
from mcptui.schema.typed import Proposals, TypedCall, TypedCallError, arguments_of, parse_call, proposals
from mcptui.schema.values import UNSET, Json, MaybeJson, Unset, same
from mcptui.schema.words import read_word, read_words

__all__ = [
    "UNSET",
    "BooleanField",
    "ChecklistField",
    "Choice",
    "ChoiceField",
    "ConstField",
    "Field",
    "InputError",
    "Json",
    "JsonField",
    "JsonTextError",
    "ListField",
    "MaybeJson",
    "NumberField",
    "ObjectField",
    "OddSchemaError",
    "Problem",
    "Proposals",
    "TextField",
    "TypedCall",
    "TypedCallError",
    "Unset",
    "VariantField",
    "arguments_of",
    "build",
    "check",
    "choice_index",
    "fits",
    "format_hint",
    "format_json",
    "join",
    "number_text",
    "parse_call",
    "parse_json",
    "parse_number",
    "pick_variant",
    "proposals",
    "read_word",
    "read_words",
    "same",
    "skeleton",
    "spread",
]
