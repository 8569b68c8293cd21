"""Schemas that servers have and model APIs refuse, made into schemas that they take; nothing else changes.

The APIs check a tool's schema by the metaschema of JSON Schema and by rules of their own, and refuse the whole request
for one fault in one tool.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mcptui.schema.document import Document, OddSchemaError, Schema, types_of
from mcptui.schema.types import known_types
from mcptui.schema.values import Json, is_number, same

#: Deeper parts are left out, and no more remarks are made: the schema comes from a stranger.
MAX_DEPTH: Final = 48
MAX_REMARKS: Final = 20
_DROPPED: Final = frozenset({"$schema", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"})
_REFERENCES: Final = frozenset({"$ref", "$dynamicRef"})
_PARTS: Final = frozenset(
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
#: Parts that decide the other way round: one that becomes looser would make the whole stricter.
_CONDITIONS: Final = frozenset({"not", "if", "contains"})
_TABLES: Final = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
_TEXTS: Final = frozenset({"title", "description", "format", "$comment", "contentEncoding", "contentMediaType"})
_COUNTS: Final = frozenset(
    {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"}
)
_NUMBERS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_FLAGS: Final = frozenset({"uniqueItems", "deprecated", "readOnly", "writeOnly", "nullable"})


class Mender:
    """Mends the parts of one schema document.

    Args:
        root: the document that references point into.
    """

    def __init__(self, root: Json) -> None:
        self._document = Document(root)
        self._root = root if isinstance(root, dict) else {}
        #: Parts that references point to and that stand at no place that they would be found at, by their new name.
        self.moved: dict[str, Schema] = {}
        self._names: dict[str, str] = {}
        #: What was mended, where, in words for the author of the server.
        self.remarks: list[str] = []

    def remark(self, where: str, what: str) -> None:
        """Note what was mended."""
        said = f"{where or 'the schema'}: {what}"
        if said not in self.remarks and len(self.remarks) < MAX_REMARKS:
            self.remarks.append(said)

    def part(self, schema: Json, where: str, depth: int = 0) -> Schema:
        """``schema`` as the APIs take it."""
        if schema is True:
            return {}
        if schema is False:
            return {"not": {}}
        if not isinstance(schema, dict):
            self.remark(where, "not a schema")
            return {}
        if depth > MAX_DEPTH:
            self.remark(where, "nested too deeply")
            return {}
        mended: Schema = {}
        for name, value in schema.items():
            if name not in _DROPPED:
                self._keyword(mended, name, value, where, depth)
        self._bounds(mended, schema)
        self._list(mended, schema, where, depth)
        self._conditions(mended, schema, where, depth)
        return mended

    # -- keywords -------------------------------------------------------------------------------------------

    def _keyword(self, mended: Schema, name: str, value: Json, where: str, depth: int) -> None:
        """Put a keyword into ``mended``, unless its value is none that it may have."""
        if name in _CONDITIONS or name in ("items", "prefixItems", "additionalItems"):
            return  # with the others of their kind
        reader = _READERS.get(name)
        if name == "type":
            self._type(mended, value, where)
        elif name in _REFERENCES:
            self._reference(mended, value, where, depth)
        elif name == "required":
            self._required(mended, value, where)
        elif name in _TABLES:
            self._table(mended, name, value, where, depth)
        elif name in ("anyOf", "oneOf", "allOf"):
            self._several(mended, name, value, where, depth)
        elif name in _PARTS:
            if isinstance(value, bool | dict):
                mended[name] = value if isinstance(value, bool) else self.part(value, f"{where}.{name}", depth + 1)
            else:
                self._left_out(name, where)
        elif reader is None:
            mended[name] = value
        elif (read := reader(value)) is not None:
            mended[name] = read
        else:
            self._left_out(name, where)

    def _left_out(self, name: str, where: str) -> None:
        self.remark(where, f"{name} has no value that it may have; left out")

    def _type(self, mended: Schema, value: Json, where: str) -> None:
        types = known_types(value)
        if types:
            mended["type"] = types[0] if len(types) == 1 else list(types)
        if mended.get("type") != value:
            self.remark(where, f"type {_short(value)} is {_short(mended['type']) if types else 'none; left out'}")

    def _required(self, mended: Schema, value: Json, where: str) -> None:
        if not isinstance(value, list):
            if not isinstance(value, bool):  # that one is read where the property is
                self._left_out("required", where)
            return
        names = list(dict.fromkeys(name for name in value if isinstance(name, str)))
        if names != value:
            self.remark(where, "required is no list of different names")
        mended["required"] = [*mended.get("required", ()), *(n for n in names if n not in mended.get("required", ()))]

    def _table(self, mended: Schema, name: str, value: Json, where: str, depth: int) -> None:
        if not isinstance(value, dict):
            self._left_out(name, where)
            return
        table: Schema = {}
        inside = where if name == "properties" else f"{where}.{name}"
        for key, schema in value.items():
            place = f"{inside}.{key}".lstrip(".")
            if name == "patternProperties" and not is_pattern(key):
                self.remark(place, "not a regular expression that model APIs know; left out")
                mended["additionalProperties"] = True
            elif name != "properties" or schema is not False:
                table[key] = self.part(schema, place, depth + 1)
            if name == "properties" and isinstance(schema, dict) and schema.get("required") is True:
                self.remark(place, "required belongs to the object")
                mended.setdefault("required", []).append(key)
        mended[name] = table

    def _several(self, mended: Schema, name: str, value: Json, where: str, depth: int) -> None:
        if not isinstance(value, list) or not value:
            self._left_out(name, where)
            return
        parts = [self.part(part, f"{where}.{name}[{index}]", depth + 1) for index, part in enumerate(value)]
        # Not every API has oneOf, and two forms may have become one.
        target = "anyOf" if name == "oneOf" else name
        if target in mended:
            mended.setdefault("allOf", []).append({target: parts})
        else:
            mended[target] = parts

    def _conditions(self, mended: Schema, schema: Schema, where: str, depth: int) -> None:
        """Conditions that can stay as they are; the others are left out with what depends on them."""
        for name in _CONDITIONS & schema.keys():
            value = schema[name]
            if isinstance(value, bool | dict):
                part = value if isinstance(value, bool) else self.part(value, f"{where}.{name}", depth + 1)
                if same(part, value):
                    mended[name] = part if isinstance(part, dict) else {} if part else {"not": {}}
                    continue
            self.remark(where, f"{name} cannot be said to models; left out")
        if "if" not in mended:
            mended.pop("then", None)
            mended.pop("else", None)
        if "contains" not in mended:
            mended.pop("minContains", None)
            mended.pop("maxContains", None)

    # -- numbers --------------------------------------------------------------------------------------------

    @staticmethod
    def _bounds(mended: Schema, schema: Schema) -> None:
        """``exclusiveMinimum: true`` beside ``minimum``, as the revisions before draft 6 have it."""
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if schema.get(exclusive) is True and bound in mended:
                mended[exclusive] = mended.pop(bound)

    # -- lists ----------------------------------------------------------------------------------------------

    def _list(self, mended: Schema, schema: Schema, where: str, depth: int) -> None:
        """``items``, which every list needs to have; the forms of tuples become one form of their entries."""
        items, first = schema.get("items"), schema.get("prefixItems")
        if isinstance(items, list):
            first, items = items, schema.get("additionalItems")
        if isinstance(first, list):
            self._tuple(mended, first, items, where, depth)
        elif isinstance(items, dict):
            mended["items"] = self.part(items, f"{where}[]", depth + 1)
        elif "items" in schema or "array" in types_of(mended):
            if items is False:
                mended["maxItems"] = 0
            elif not isinstance(items, bool):
                self.remark(where, "a list without items: they may be anything")
            mended["items"] = {}

    def _tuple(self, mended: Schema, first: list[Json], rest: Json, where: str, depth: int) -> None:
        self.remark(where, "a list with a form for every place: all forms are told for all places")
        forms = [self.part(part, f"{where}[{index}]", depth + 1) for index, part in enumerate(first)]
        longest = mended.get("maxItems")
        if rest is False:
            mended["maxItems"] = min(len(forms), longest) if is_number(longest) else len(forms)
        elif isinstance(rest, dict):
            forms.append(self.part(rest, f"{where}[]", depth + 1))
        different: list[Schema] = []
        for form in forms:
            if not any(same(form, other) for other in different):
                different.append(form)
        mended["items"] = {"anyOf": different} if len(different) > 1 else different[0] if different else {}

    # -- references -----------------------------------------------------------------------------------------

    def _reference(self, mended: Schema, value: Json, where: str, depth: int) -> None:
        """A reference that stays one, to a place where the mended schema has it."""
        try:
            target = self._target(value)
        except OddSchemaError as error:
            self.remark(where, f"{error}; left out")
            return
        mended["$ref"] = "#" if target is self._root else self._at_a_place(str(value), target, depth)

    def _target(self, reference: Json) -> Json:
        """What ``reference`` leads to.

        Raises:
            OddSchemaError: nothing, or only back to itself.
        """
        seen: list[str] = []
        while True:
            if not isinstance(reference, str) or reference in seen:
                raise OddSchemaError("a reference that leads back to itself" if seen else "a reference that is no text")
            seen.append(reference)
            target = self._document.target(reference)
            if len(seen) == 1:
                first = target
            inner = (
                next((target[name] for name in _REFERENCES if name in target), None)
                if isinstance(target, dict)
                else None
            )
            if inner is None:
                return first
            reference = inner

    def _at_a_place(self, reference: str, target: Json, depth: int) -> str:
        for table in ("$defs", "definitions"):
            name = reference.removeprefix(f"#/{table}/")
            parts = self._root.get(table)
            if name != reference and isinstance(parts, dict) and name in parts and parts[name] is target:
                return reference
        if reference not in self._names:
            known = self._root.get("$defs")
            number = len(self._names) + 1
            while (isinstance(known, dict) and f"part_{number}" in known) or f"part_{number}" in self.moved:
                number += 1
            name = self._names[reference] = f"part_{number}"
            self.moved[name] = {}
            self.moved[name] = self.part(target, reference, depth + 1)
        return f"#/$defs/{self._names[reference]}"


def is_pattern(value: Json) -> bool:
    """Whether ``value`` is a regular expression as the APIs check it, which is with Python's."""
    if not isinstance(value, str):
        return False
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


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
    different: list[Json] = []
    for choice in value:
        if not any(same(choice, other) for other in different):
            different.append(choice)
    return different or None


def _examples(value: Json) -> list[Json] | None:
    return value if isinstance(value, list) else None


def _needs(value: Json) -> Json:
    """The names that other names need."""
    if not isinstance(value, Mapping):
        return None
    lists = {name: names for name, names in value.items() if isinstance(names, list)}
    return {name: list(dict.fromkeys(n for n in names if isinstance(n, str))) for name, names in lists.items()}


def _short(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


#: What a keyword may say, by its name; None where it is something else.
_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_COUNTS, _count),
    **dict.fromkeys(_NUMBERS, _number),
    **dict.fromkeys(_FLAGS, _flag),
    "pattern": _pattern,
    "multipleOf": _step,
    "enum": _choices,
    "examples": _examples,
    "dependentRequired": _needs,
}
