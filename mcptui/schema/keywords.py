"""What the keywords of JSON Schema may say: values that servers write otherwise are read, or are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mcptui.schema.values import Json, distinct, is_number

#: Keywords without a meaning for a model, or only for whole documents.
DROPPED: Final = frozenset({"$schema", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"})
#: The first that a schema has is the one that is followed.
REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
#: One schema.
PARTS: Final = frozenset(
    {
        "unevaluatedProperties",
        "unevaluatedItems",
        "propertyNames",
        "contentSchema",
        "additionalProperties",
        "then",
        "else",
    }
)
#: Schemas that decide the other way round: one that becomes looser would make the whole stricter.
CONDITIONS: Final = ("not", "if", "contains")
#: Schemas by name.
TABLES: Final = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
#: Schemas one after another.
SEVERAL: Final = frozenset({"anyOf", "oneOf", "allOf"})
#: What the items of a list are, in all revisions.
ITEMS: Final = frozenset({"items", "prefixItems", "additionalItems"})

#: What a step is in characters of an expression, and what a class or an alternative of it is in steps: where it may be
#: about characters beyond Latin-1, Python draws a map of all of them.
_PATTERN_PART: Final = 4
_WIDE_CLASS: Final = 150
_WIDE: Final = re.compile(r"[^\x00-\xff]|\\[uUN]")


def read_keyword(name: str, value: Json) -> Json:
    """``value`` as the keyword ``name``, which holds no schema, may say it; None where it may not."""
    reader = _READERS.get(name)
    return value if reader is None else reader(value)


def is_free(name: str) -> bool:
    """Whether the keyword ``name`` may have any value."""
    return name not in _READERS


def is_pattern(value: Json) -> bool:
    """Whether ``value`` is a regular expression as the APIs check it, which is with Python's."""
    if not isinstance(value, str):
        return False
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def pattern_steps(value: Json) -> int:
    """How much work :func:`is_pattern` is."""
    if not isinstance(value, str):
        return 0
    classes = value.count("[") + value.count("|") if _WIDE.search(value) else 0
    return len(value) // _PATTERN_PART + classes * _WIDE_CLASS


def split_dependencies(value: Json) -> tuple[dict[str, Json], dict[str, Json]]:
    """``dependencies`` of the revisions before 2019-09 as ``dependentRequired`` and ``dependentSchemas``."""
    entries = value if isinstance(value, dict) else {}
    names = {name: [each] if isinstance(each, str) else each for name, each in entries.items()}
    return (
        {name: each for name, each in names.items() if isinstance(each, list)},
        {name: each for name, each in names.items() if isinstance(each, dict | bool)},
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _pattern(value: Json) -> str | None:
    return value if is_pattern(value) else None


def _count(value: Json) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def _number(value: Json) -> int | float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
        value = int(value) if value.is_integer() else value
    if not is_number(value):
        return None
    number: int | float = value
    return number if abs(number) < float("inf") else None


def _step(value: Json) -> int | float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _choices(value: Json) -> list[Json] | None:
    """Choices that are each another, at least one."""
    if not isinstance(value, list):
        return None
    different = distinct(value)
    return (value if len(different) == len(value) else different) or None


def _examples(value: Json) -> list[Json] | None:
    return value if isinstance(value, list) else None


def _needs(value: Json) -> Json:
    """The names that other names need."""
    if not isinstance(value, Mapping):
        return None
    lists = {name: names for name, names in value.items() if isinstance(names, list)}
    read = {name: list(dict.fromkeys(n for n in names if isinstance(n, str))) for name, names in lists.items()}
    return value if read == value else read


#: What a keyword may say, by its name; None where it is something else.
_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("title", "description", "format", "$comment", "contentEncoding", "contentMediaType"), _text),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _count),
    **dict.fromkeys(("minContains", "maxContains"), _count),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly", "nullable"), _flag),
    "pattern": _pattern,
    "multipleOf": _step,
    "enum": _choices,
    "examples": _examples,
    "dependentRequired": _needs,
}
