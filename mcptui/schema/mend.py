"""Schemas that servers have and model APIs refuse, made into schemas that they take; nothing else changes.

The APIs check a tool's schema by the metaschema of JSON Schema and by rules of their own, and refuse the whole request
for one fault in one tool.
"""

from __future__ import annotations

from typing import Final

from mcptui.schema.document import OddSchemaError, Schema, types_of
from mcptui.schema.keywords import (
    CONDITIONS,
    DROPPED,
    ITEMS,
    PARTS,
    REFERENCES,
    SEVERAL,
    TABLES,
    is_free,
    is_pattern,
    pattern_steps,
    read_keyword,
    split_dependencies,
)
from mcptui.schema.references import References, cut
from mcptui.schema.steps import Steps
from mcptui.schema.types import known_types
from mcptui.schema.values import Json, canonical, is_number

#: Deeper parts are left out, and no more remarks are made: the schema comes from a stranger.
MAX_DEPTH: Final = 48
MAX_REMARKS: Final = 20
#: Parts that are mended, each about five microseconds; what comes after them is left out.
MAX_STEPS: Final = 20_000
#: Where one is left out, more is unevaluated than before.
_EVALUATING: Final = frozenset({*REFERENCES, "if", "then", "else", "contains"})
#: What a step is in characters that are compared.
_COMPARED: Final = 20


class Mender:
    """Mends the parts of one schema document. A part in which nothing is mended is given as it is, not as a copy.

    Args:
        root: the document that references point into.
    """

    def __init__(self, root: Json) -> None:
        self._steps = Steps(MAX_STEPS)
        self._is_condition = False
        self._references = References(root, self._steps)
        #: What was mended, where, in words for the author of the server.
        self.remarks: list[str] = []

    def remark(self, where: str, what: str) -> None:
        """Note what was mended."""
        if len(self.remarks) < MAX_REMARKS:
            said = f"{where or 'the schema'}: {what}"
            if said not in self.remarks:
                self.remarks.append(said)

    def moved(self) -> dict[str, Schema]:
        """The parts that now stand in ``$defs``, by their name there, because references of mended parts need them."""
        moved: dict[str, Schema] = {}
        while self._references.moved:
            name, where, part = self._references.moved.popleft()
            moved[name] = self.part(part, where)
        return moved

    def part(self, schema: Json, where: str, depth: int = 0) -> Schema:
        """``schema`` as the APIs take it."""
        if schema is True:
            return {}
        if schema is False:
            return {"not": {}}
        if not isinstance(schema, dict):
            self.remark(where, "not a schema")
            return {}
        if depth > MAX_DEPTH or not self._steps.take():
            self.remark(where, "nested too deeply" if depth > MAX_DEPTH else "too large; left out from here on")
            return {}
        mended: Schema = {}
        for name, value in schema.items():
            if name not in DROPPED:
                self._keyword(mended, name, value, where, depth)
        self._bounds(mended, schema)
        self._reference(mended, schema, where)
        self._dependencies(mended, schema, where, depth)
        self._list(mended, schema, where, depth)
        self._conditions(mended, schema, where, depth)
        if (
            isinstance(table := schema.get("patternProperties"), dict)
            and table.keys() != mended["patternProperties"].keys()
        ):
            mended["additionalProperties"] = True
        return schema if _is_kept(mended, schema) else mended

    # -- keywords -------------------------------------------------------------------------------------------

    def _keyword(self, mended: Schema, name: str, value: Json, where: str, depth: int) -> None:
        """Put a keyword into ``mended``, unless its value is none that it may have."""
        if name in CONDITIONS or name in ITEMS or name in REFERENCES or name == "dependencies":
            return  # with the others of their kind
        if name == "type":
            self._type(mended, value, where)
        elif name == "required":
            self._required(mended, value, where)
        elif name in TABLES:
            self._table(mended, name, value, where, depth)
        elif name in SEVERAL:
            self._several(mended, name, value, where, depth)
        elif name in PARTS:
            if isinstance(value, bool | dict):
                mended[name] = value if isinstance(value, bool) else self.part(value, f"{where}.{name}", depth + 1)
            else:
                self._left_out(name, where)
        elif is_free(name):
            mended[name] = value
        elif name == "pattern" and not self._steps.take(pattern_steps(value)):
            self.remark(where, "an expression that is too large; left out")
        elif (read := read_keyword(name, value)) is not None:
            mended[name] = read
        else:
            self._left_out(name, where)

    def _left_out(self, name: str, where: str) -> None:
        self.remark(where, f"{name} has no value that it may have; left out")

    def _type(self, mended: Schema, value: Json, where: str) -> None:
        types = known_types(value)
        if types and (value == types[0] if isinstance(value, str) else len(types) > 1 and list(types) == value):
            mended["type"] = value
            return
        if types:
            mended["type"] = types[0] if len(types) == 1 else list(types)
        self.remark(where, f"type {_short(value)} is {_short(mended['type']) if types else 'none; left out'}")

    def _required(self, mended: Schema, value: Json, where: str) -> None:
        if not isinstance(value, list):
            if not isinstance(value, bool):  # that one is read where the property is
                self._left_out("required", where)
            return
        names = list(dict.fromkeys(name for name in value if isinstance(name, str)))
        if names != value:
            self.remark(where, "required is no list of different names")
        before = mended.get("required", ())
        mended["required"] = value if names == value and not before else list(dict.fromkeys([*before, *names]))

    def _table(self, mended: Schema, name: str, value: Json, where: str, depth: int) -> None:
        if not isinstance(value, dict):
            self._left_out(name, where)
            return
        table: Schema = {}
        required: list[str] = []
        inside = where if name == "properties" else f"{where}.{name}"
        for key, schema in value.items():
            place = f"{inside}.{cut(key)}".lstrip(".")
            if name == "patternProperties" and not self._is_pattern(key):
                self.remark(place, "not a regular expression that model APIs know; left out")
            elif name != "properties" or schema is not False:
                table[key] = self.part(schema, place, depth + 1)
            if name == "properties" and isinstance(schema, dict) and schema.get("required") is True:
                self.remark(place, "required belongs to the object")
                required.append(key)
        mended[name] = value if _is_kept(table, value) else table
        if required:
            mended["required"] = list(dict.fromkeys([*mended.get("required", ()), *required]))

    def _is_pattern(self, value: str) -> bool:
        return self._steps.take(pattern_steps(value)) and is_pattern(value)

    def _several(self, mended: Schema, name: str, value: Json, where: str, depth: int) -> None:
        if not isinstance(value, list) or not value:
            self._left_out(name, where)
            return
        parts = [self.part(part, f"{where}.{name}[{index}]", depth + 1) for index, part in enumerate(value)]
        if all(part is old for part, old in zip(parts, value, strict=True)):
            parts = value
        # Not every API has oneOf, and two forms may have become one.
        target = "anyOf" if name == "oneOf" else name
        if target in mended:
            mended["allOf"] = [*mended.get("allOf", ()), *(parts if name == "allOf" else [{target: parts}])]
        else:
            mended[target] = parts

    def _dependencies(self, mended: Schema, schema: Schema, where: str, depth: int) -> None:
        """``dependencies``, as the revisions before 2019-09 have it."""
        if "dependencies" not in schema:
            return
        self.remark(where, "dependencies is dependentRequired and dependentSchemas")
        names, shapes = split_dependencies(schema["dependencies"])
        for name, table in (("dependentRequired", names), ("dependentSchemas", shapes)):
            read: Schema = {}
            if table:
                self._keyword(read, name, table, where, depth)
                mended[name] = {**read[name], **mended.get(name, {})}

    def _conditions(self, mended: Schema, schema: Schema, where: str, depth: int) -> None:
        """Conditions that can stay as they are; the others are left out with what depends on them."""
        for name in CONDITIONS:
            if name not in schema:
                continue
            value = schema[name]
            if isinstance(value, bool):
                mended[name] = {} if value else {"not": {}}
            elif isinstance(value, dict) and self._stays(value, f"{where}.{name}", depth + 1):
                mended[name] = value
            else:
                self.remark(where, f"{name} cannot be said to models; left out")
        if "if" not in mended:
            mended.pop("then", None)
            mended.pop("else", None)
        if "contains" not in mended:
            mended.pop("minContains", None)
            mended.pop("maxContains", None)
        if not _EVALUATING & schema.keys() <= mended.keys():
            mended.pop("unevaluatedProperties", None)
            mended.pop("unevaluatedItems", None)

    def _stays(self, condition: Schema, where: str, depth: int) -> bool:
        """Whether nothing has to be mended in ``condition``, nor in what it refers to, which is not known."""
        before, self._is_condition = self._is_condition, True
        try:
            return self.part(condition, where, depth) is condition
        finally:
            self._is_condition = before

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
        different: dict[str, Schema] = {}
        for form in forms:
            text = canonical(form)
            if not self._steps.take(len(text) // _COMPARED):
                self.remark(where, "too large; its entries may be anything")
                different = {}
                break
            different.setdefault(text, form)
        mended["items"] = {"anyOf": [*different.values()]} if len(different) > 1 else next(iter(different.values()), {})

    # -- references -----------------------------------------------------------------------------------------

    def _reference(self, mended: Schema, schema: Schema, where: str) -> None:
        """A reference that stays one, to a place where the mended schema has it."""
        named = [name for name in REFERENCES if name in schema]
        if not named or self._is_condition:
            return
        if len(named) > 1:
            self.remark(where, f"{named[0]} beside {named[1]}, which is left out")
        try:
            mended["$ref"] = self._references.place(schema[named[0]])
        except OddSchemaError as error:
            self.remark(where, f"{error}; left out")


def _is_kept(mended: Schema, schema: Schema) -> bool:
    """Whether ``mended`` has nothing but what ``schema`` has, all of it."""
    return mended.keys() == schema.keys() and all(value is schema[name] for name, value in mended.items())


def _short(value: Json) -> str:
    return cut(repr(value))
