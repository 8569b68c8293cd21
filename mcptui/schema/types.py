"""The types that JSON Schema has, and how servers write them in the words of their own language."""

from __future__ import annotations

from typing import Final

from mcptui.schema.values import Json

_WORDS: Final = {
    "string": "string str text char varchar uuid uri url email date datetime date-time time bytes binary file password",
    "integer": "integer int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 long short bigint",
    "number": "number num float float32 float64 double decimal real",
    "boolean": "boolean bool",
    "object": "object dict map hash struct record mapping dictionary",
    "array": "array list tuple set sequence",
    "null": "null none nil nonetype undefined",
}
_TYPES: Final = {word: name for name, words in _WORDS.items() for word in words.split()}


def known_types(value: Json) -> tuple[str, ...]:
    """The types that ``value``, a ``type`` of a schema, means; none where it is not known, or anything is allowed."""
    found: list[str] = []
    for each in value if isinstance(value, list) else [value]:
        words = each.split("|") if isinstance(each, str) else [""]
        for word in words:
            name = _TYPES.get(word.strip().lower())
            if name is None:
                return ()
            found.append(name)
    return tuple(dict.fromkeys(found))
