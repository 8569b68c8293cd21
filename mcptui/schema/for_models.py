"""The arguments of a tool as model APIs take them: one object at the root, with every argument in sight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mcptui.schema.document import Document, OddSchemaError, Schema, types_of
from mcptui.schema.mend import Mender
from mcptui.schema.values import Json, same

#: How deep forms at the root may be within each other.
_MAX_FORMS: Final = 12
#: What the APIs refuse at the root, and what is said there by the merged properties.
_MERGED: Final = frozenset(
    {
        "$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "not", "enum", "const", "if", "then", "else",
        "dependentSchemas", "unevaluatedProperties", "properties", "required", "type", "items", "prefixItems",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelSchema:
    """``parameters`` of a function, and what was mended in the schema of the tool, in words for its author."""

    parameters: Schema
    remarks: Sequence[str] = ()


def for_models(schema: Json) -> ModelSchema:
    """``schema``, the inputSchema of a tool, as model APIs take it.

    What fits the result is an object of arguments for the schema itself: nothing is renamed or wrapped. Where the
    schema has several forms, the result has the arguments of all of them, and those that every form needs are required.
    """
    root = schema if isinstance(schema, dict) else {}
    mender = Mender(root)
    if not isinstance(schema, dict):
        mender.remark("", "not an object")
    elif schema.get("type") != "object":
        mender.remark("", "its type is not object")
    form = _Forms(root, mender).read(root, 0, ())
    whole: Schema = {name: value for name, value in root.items() if name not in _MERGED}
    whole["properties"] = form.properties
    if form.required:
        whole["required"] = form.required
    mended = mender.part(whole, "")
    properties = mended.setdefault("properties", {})
    for name in mended.get("required", ()):
        if name not in properties:
            mender.remark(name, "required, and described nowhere: it may be anything")
            properties[name] = {}
    if form.choices:
        mended["description"] = " ".join(filter(None, [mended.get("description"), *form.choices]))
    if mender.moved:
        mended["$defs"] = {**mended.get("$defs", {}), **mender.moved}
    return ModelSchema({**mended, "type": "object"}, tuple(mender.remarks))


@dataclass(slots=True)
class _Form:
    """An object, as one of the forms at the root describes it."""

    properties: Schema = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    #: What has to be chosen between, in words for a model.
    choices: list[str] = field(default_factory=list)


class _Forms:
    """Puts the forms at the root together."""

    def __init__(self, root: Json, mender: Mender) -> None:
        self._document = Document(root)
        self._mender = mender

    def read(self, schema: Json, depth: int, seen: tuple[str, ...]) -> _Form:
        """The object that ``schema`` describes, its own members first."""
        if not isinstance(schema, dict) or depth > _MAX_FORMS:
            return _Form()
        properties, required = schema.get("properties"), schema.get("required")
        form = _Form(
            dict(properties) if isinstance(properties, dict) else {},
            [name for name in required if isinstance(name, str)] if isinstance(required, list) else [],
        )
        if "required" in schema and not isinstance(required, list):
            self._mender.remark("", "required is not a list; left out")
        for part in self._all_of(schema, depth, seen):
            _add(form, part)
        for name in ("anyOf", "oneOf"):
            forms = schema.get(name)
            if isinstance(forms, list) and forms:
                self._mender.remark("", f"{name} at the root: its forms are put together")
                _add_one_of(form, [self.read(each, depth + 1, seen) for each in forms if _may_be_object(each)])
        for part in self._conditional(schema, depth, seen):
            form.properties = {**part.properties, **form.properties}
        return form

    def _all_of(self, schema: Schema, depth: int, seen: tuple[str, ...]) -> Iterator[_Form]:
        reference = schema.get("$ref", schema.get("$dynamicRef"))
        if isinstance(reference, str):
            self._mender.remark("", "$ref at the root: what it leads to is put in its place")
            try:
                target = self._document.target(reference)
            except OddSchemaError as error:
                self._mender.remark("", f"{error}; left out")
            else:
                if reference not in seen:
                    yield self.read(target, depth + 1, (*seen, reference))
        several = schema.get("allOf")
        if isinstance(several, list):
            self._mender.remark("", "allOf at the root: its parts are put together")
            for part in several:
                yield self.read(part, depth + 1, seen)

    def _conditional(self, schema: Schema, depth: int, seen: tuple[str, ...]) -> Iterator[_Form]:
        """What may be there under a condition."""
        dependent = schema.get("dependentSchemas")
        parts = [*dependent.values()] if isinstance(dependent, dict) else []
        parts += [schema[name] for name in ("then", "else", "if") if name in schema]
        if parts:
            self._mender.remark("", "conditions at the root: what they add may always be given")
        yield from (self.read(part, depth + 1, seen) for part in parts)


def _add(form: _Form, part: _Form) -> None:
    """``part`` holds too."""
    for name, schema in part.properties.items():
        known = form.properties.get(name)
        form.properties[name] = schema if known is None or same(known, schema) else {"allOf": [schema, known]}
    form.required += [name for name in part.required if name not in form.required]
    form.choices += part.choices


def _add_one_of(form: _Form, forms: list[_Form]) -> None:
    """One of ``forms`` holds too."""
    for name in dict.fromkeys(name for each in forms for name in each.properties):
        schemas = [each.properties[name] for each in forms if name in each.properties]
        either = _either(schemas)
        if name not in form.properties:
            form.properties[name] = either
        elif len(schemas) == len(forms) and isinstance(form.properties[name], dict) and "enum" in either:
            form.properties[name] = {**form.properties[name], "enum": either["enum"]}
    always = set(form.required)
    needed = [[name for name in each.required if name not in always] for each in forms]
    form.required += [name for name in (needed[0] if needed else ()) if all(name in names for names in needed)]
    chosen = [" and ".join(name for name in names if name not in form.required) for names in needed]
    if len(chosen) > 1 and any(chosen):
        described = list(dict.fromkeys(each or "neither" for each in chosen))
        form.choices.append(f"Needs one of: {'; '.join(described)}.")
    for each in forms:
        form.choices += each.choices


def _either(schemas: list[Json]) -> Json:
    """What fits one of ``schemas``: fixed values become the choices between them."""
    different: list[Any] = []
    for schema in schemas:
        if not any(same(schema, other) for other in different):
            different.append(schema)
    if len(different) == 1:
        return different[0]
    values = [_fixed(schema) for schema in different]
    if all(value is not None for value in values):
        described = {name: each for schema in reversed(different) for name, each in schema.items()}
        described.pop("const", None)
        types = {types_of(schema) for schema in different}
        if len(types) > 1:
            described.pop("type", None)
        return {**described, "enum": [choice for value in values for choice in value or ()]}
    return {"anyOf": different}


def _fixed(schema: Json) -> list[Json] | None:
    """The values that a schema lists, where it says nothing else."""
    if not isinstance(schema, dict) or not schema.keys() <= {
        "const",
        "enum",
        "type",
        "title",
        "description",
        "default",
    }:
        return None
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else None


def _may_be_object(schema: Json) -> bool:
    if not isinstance(schema, dict):
        return schema is True
    types = types_of(schema)
    return not types or "object" in types
