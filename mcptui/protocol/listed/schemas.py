"""Schemas of tools as typed clients read them, and what they cannot make a check of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from mcptui.numbers import whole_number
from mcptui.protocol.listed.patterns import is_pattern
from mcptui.protocol.listed.rules import GONE, list_of, object_of, text

_TYPES: Final = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})


def input_schema(value: Any, at: str, remarks: list[str]) -> Any:
    """A schema of arguments, which are an object always; in place of none, one that allows any."""
    if not isinstance(value, dict):
        remarks.append(
            f"{at} is {'null' if value is None else 'not an object'}; taken for one that allows any arguments"
        )
        return {"type": "object"}
    return _typed(_ROOT(value, at, remarks), at, remarks)


def output_schema(value: Any, at: str, remarks: list[str]) -> Any:
    """A schema of results that clients can make a check of; any other is left out, and nothing is checked then."""
    kept = _ROOT(value, at, remarks)
    if kept is GONE:
        return GONE
    problem = next(problems(kept), None)
    if problem is not None:
        remarks.append(f"{at}{problem}; the whole {at} is left out")
        return GONE
    return kept


def object_output_schema(value: Any, at: str, remarks: list[str]) -> Any:
    """The same of a revision whose results are objects (up to 2025-11-25)."""
    kept = output_schema(value, at, remarks)
    if kept is GONE or kept.get("type") == "object":
        return kept
    if "type" not in kept:
        return _typed(kept, at, remarks)
    remarks.append(f"{at}.type is not object; the whole {at} is left out")
    return GONE


def _typed(schema: dict[str, Any], at: str, remarks: list[str]) -> dict[str, Any]:
    if schema.get("type") == "object":
        return schema
    remarks.append(f"{at}.type is {'not' if 'type' in schema else 'missing, taken for'} object")
    return {**schema, "type": "object"}


def _property(value: Any, at: str, remarks: list[str]) -> Any:
    """The schema of one argument; one that is no object is written as one, since some clients take no other."""
    if isinstance(value, dict):
        return value
    if isinstance(value, bool):
        return {} if value else {"not": {}}
    remarks.append(f"{at} is not an object; taken for one that allows any value")
    return {}


def _properties(value: Any, at: str, remarks: list[str]) -> Any:
    return object_of(dict.fromkeys(value, _property) if isinstance(value, dict) else {})(value, at, remarks)


_ROOT: Final = object_of({"$schema": text, "properties": _properties, "required": list_of(text)})


# -- what no validator takes ------------------------------------------------------------------------------


def problems(root: dict[str, Any]) -> Iterator[str]:
    """Why validators refuse the schema ``root``: each a place and what is wrong there.

    These are the reasons for which Ajv, as clients in TypeScript run it, throws when it compiles a schema: a keyword
    with a value of a wrong type, a pattern that is none, a reference that leads nowhere.
    """
    names = {"#"}
    references: list[tuple[str, str]] = []
    stack: list[tuple[str, Any]] = [("", root)]
    while stack:
        at, schema = stack.pop()
        if isinstance(schema, bool):
            continue
        if not isinstance(schema, dict):
            yield f"{at} is not a schema"
            continue
        for keyword, value in schema.items():
            place = f"{at}.{keyword}"
            check = _CHECKS.get(keyword)
            if check is not None and not check(value):
                yield f"{place} is not what {keyword} takes"
            elif keyword == "$ref":
                references.append((place, value))
            elif keyword in ("$id", "$anchor", "$dynamicAnchor"):
                names.add(value if keyword == "$id" else f"#{value}")
            elif keyword in _ONE or (keyword == "items" and not isinstance(value, list)):
                stack.append((place, value))
            elif keyword in _MANY or keyword == "items":
                stack.extend((f"{place}[{index}]", each) for index, each in enumerate(value))
            elif keyword in _NAMED:
                stack.extend((f"{place}.{name}", each) for name, each in value.items())
        if "nullable" in schema and "type" not in schema:
            yield f"{at}.nullable stands without type"
    yield from (f"{place} leads nowhere" for place, to in references if to not in names and not _leads(root, to))


def _leads(root: Any, reference: str) -> bool:
    """Whether a JSON Pointer as a fragment (RFC 6901 section 6) leads to something in ``root``."""
    if not reference.startswith("#/"):
        return False
    node = root
    for part in reference[2:].split("/"):
        name = re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), part)
        name = name.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and (at := whole_number(name)) is not None and at < len(node):
            node = node[at]
        else:
            return False
    return isinstance(node, (dict, bool))


def _is_type(value: Any) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in _TYPES for name in names)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_pattern(value: Any) -> bool:
    return isinstance(value, str) and is_pattern(value)


_ONE: Final = frozenset(
    {
        "additionalItems", "additionalProperties", "contains", "else", "if", "not", "propertyNames", "then",
        "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
_MANY: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED: Final = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})

_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(_MANY, _is_list),
    **dict.fromkeys(_NAMED, _is_object),
    **dict.fromkeys(
        ("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties", "minimum", "maximum"),
        _is_number,
    ),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum"), _is_number),
    **dict.fromkeys(("nullable", "uniqueItems"), _is_flag),
    **dict.fromkeys(("$anchor", "$dynamicAnchor", "$id", "$ref", "$schema", "$comment", "format"), _is_text),
    "dependentRequired": lambda value: isinstance(value, dict) and all(map(_is_texts, value.values())),
    "enum": _is_list,
    # Of draft 4, which is refused.
    "id": lambda _: False,
    "multipleOf": lambda value: _is_number(value) and value > 0,
    "pattern": _is_pattern,
    "patternProperties": lambda value: isinstance(value, dict) and all(map(_is_pattern, value)),
    "required": _is_texts,
    "type": _is_type,
}
