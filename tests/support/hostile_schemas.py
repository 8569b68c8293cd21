"""Schemas of about a megabyte, each made to cost as much as it can in one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Json = dict[str, Any]


def _forms_in_forms() -> Json:
    names = [f"p{n}" for n in range(40)]
    schema: Json = {"properties": {name: {"type": "string"} for name in names}, "required": names[:5]}
    table: Json = {"f0": schema}
    for level in range(1, 12):
        table[f"f{level}"] = {"anyOf": [{"$ref": f"#/$defs/f{level - 1}"}] * 40}
    return {"type": "object", "$ref": "#/$defs/f11", "$defs": table}


def _nested(inner: Any, wrap: Callable[[Any], Any], depth: int = 45) -> Any:
    for _ in range(depth):
        inner = wrap(inner)
    return inner


#: By the way in which it costs.
HOSTILE: Final[Mapping[str, Callable[[], Json]]] = {
    "forms in forms": _forms_in_forms,
    "many forms with one name each": lambda: {
        "anyOf": [{"properties": {f"p{n}": {}}, "required": [f"p{n}"]} for n in range(20_000)]
    },
    "many forms of one name": lambda: {"anyOf": [{"properties": {"a": {"const": n}}} for n in range(30_000)]},
    "many parts of one name": lambda: {"allOf": [{"properties": {"a": {"maxLength": n}}} for n in range(30_000)]},
    "many conditions": lambda: {
        "properties": {f"p{n}": {} for n in range(20_000)},
        "dependentSchemas": {f"p{n}": {"properties": {f"q{n}": {}}} for n in range(15_000)},
    },
    "large values that are compared": lambda: {
        "anyOf": [{"properties": {"a": {"default": [*range(1_000)], "title": str(n)}}} for n in range(200)]
    },
    "many choices": lambda: {"properties": {"a": {"enum": [{"x": n} for n in range(100_000)]}}},
    "choices of one hash": lambda: {"properties": {"a": {"enum": [n * (2**61 - 1) for n in range(1, 45_000)]}}},
    "many places of tuples": lambda: {
        "properties": {"a": {"type": "array", "prefixItems": [{"maxLength": n} for n in range(50_000)]}}
    },
    "tuples in tuples": lambda: {
        "properties": {
            "a": _nested({"default": "x" * 900_000}, lambda part: {"type": "array", "prefixItems": [part, True]})
        }
    },
    "conditions in conditions": lambda: {
        "properties": {"a": _nested({"enum": [*range(150_000)]}, lambda part: {"not": part})}
    },
    "many required names": lambda: {
        "properties": {f"p{n}": {"required": True} for n in range(20_000)},
        "allOf": [{"required": [f"p{n}" for n in range(20_000)]}],
    },
    "many required names within": lambda: {
        "properties": {
            "a": {
                "properties": {f"p{n}": {"required": True} for n in range(15_000)},
                "required": [f"q{n}" for n in range(30_000)],
            }
        }
    },
    "a long chain of references": lambda: {
        "properties": {f"p{n}": {"$ref": f"#/$defs/d{n}"} for n in range(10_000)},
        "$defs": {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(15_000)},
    },
    "many references that are moved": lambda: {
        "properties": {f"p{n}": {"$ref": f"#/x/{n}"} for n in range(15_000)},
        "x": [{"type": "int"} for _ in range(15_000)],
        "$defs": {f"part_{n}": {} for n in range(15_000)},
    },
    "a chain of references that are moved": lambda: {
        "properties": {"p": {"$ref": "#/x/0"}},
        "x": [{"items": {"$ref": f"#/x/{n + 1}"}} for n in range(20_000)],
    },
    "references by many names": lambda: {
        "properties": {f"p{n}": {"$ref": f"#a{n}"} for n in range(10_000)},
        "$defs": {f"d{n}": {"$anchor": f"a{n}"} for n in range(10_000)},
    },
    "long references": lambda: {
        "anyOf": [{"$ref": "#/$defs/many"}] * 20_000,
        "$defs": {"many": {"$ref": "#" + "/x" * 200_000}},
    },
    "many expressions": lambda: {"properties": {f"p{n}": {"pattern": f"^(a|b{n})+$"} for n in range(25_000)}},
    "expressions about all characters": lambda: {
        "properties": {f"p{n}": {"pattern": f"[a\u0100-\uffff]{{{n}}}[b\\u0100-\\uffff]"} for n in range(10_000)}
    },
    "expressions of names": lambda: {"patternProperties": {f"(a|b|[\u0100-\uffff]){{{n}}}": {} for n in range(20_000)}},
    "long names, deep": lambda: {
        "properties": {"a": _nested({}, lambda part: {"properties": {"n" * 20_000: part}})}
    },
    "small parts": lambda: {"properties": {f"p{n}": {"type": "int"} for n in range(40_000)}},
    "small wrong parts": lambda: {"properties": {f"p{n}": None for n in range(80_000)}},
    "keywords that are wrong": lambda: {
        "properties": {f"p{n}": {"minimum": [], "title": 5, "required": 5, "items": 7} for n in range(15_000)}
    },
}  # fmt: skip
