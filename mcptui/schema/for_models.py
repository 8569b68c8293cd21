"""The arguments of a tool as model APIs take them: one object at the root, with every argument in sight."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mcptui.schema.document import Document, OddSchemaError, Schema, types_of
from mcptui.schema.keywords import REFERENCES, split_dependencies
from mcptui.schema.mend import Mender
from mcptui.schema.steps import Steps
from mcptui.schema.values import Json, canonical

#: How deep forms at the root may be within each other.
_MAX_FORMS: Final = 12
#: Members of forms that are put together, and what one is in characters that are compared: forms in forms multiply.
_MAX_STEPS: Final = 20_000
_COMPARED: Final = 20
#: What the APIs refuse at the root, and what is said there by the merged properties.
_MERGED: Final = frozenset(
    {
        *REFERENCES, "anyOf", "oneOf", "allOf", "not", "enum", "const", "if", "then", "else", "dependentSchemas",
        "dependencies", "unevaluatedProperties", "properties", "required", "type", "items", "prefixItems",
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
    forms = _Forms(root, mender)
    form = forms.read(root, 0, ())
    whole: Schema = {name: value for name, value in root.items() if name not in _MERGED}
    whole["properties"] = {name: forms.all_of(schemas) for name, schemas in form.properties.items()}
    if form.required:
        whole["required"] = [*form.required]
    if needs := split_dependencies(root.get("dependencies"))[0]:
        whole["dependencies"] = needs
    mended = mender.part(whole, "")
    properties = mended.setdefault("properties", {})
    for name in mended.get("required", ()):
        if name not in properties:
            mender.remark(name, "required, and described nowhere: it may be anything")
            properties[name] = {}
    if form.choices:
        mended["description"] = " ".join(filter(None, [mended.get("description"), *form.choices]))
    if moved := mender.moved():
        mended["$defs"] = {**mended.get("$defs", {}), **moved}
    return ModelSchema({**mended, "type": "object"}, tuple(mender.remarks))


@dataclass(slots=True)
class _Form:
    """An object, as one of the forms at the root describes it."""

    #: All that each has to fit, by its identity.
    properties: dict[str, dict[int, Json]] = field(default_factory=dict)
    #: In order; the values say nothing.
    required: dict[str, None] = field(default_factory=dict)
    #: What has to be chosen between, in words for a model.
    choices: list[str] = field(default_factory=list)


class _Forms:
    """Puts the forms at the root together."""

    def __init__(self, root: Json, mender: Mender) -> None:
        self._document = Document(root)
        self._mender = mender
        self._steps = Steps(_MAX_STEPS)

    def read(self, schema: Json, depth: int, seen: tuple[str, ...]) -> _Form:
        """The object that ``schema`` describes, its own members first."""
        if not isinstance(schema, dict) or depth > _MAX_FORMS:
            return _Form()
        if depth and not self._steps.take(_size(schema)):
            self._mender.remark("", "too many forms; what is left is left out")
            return _Form()
        properties, required = schema.get("properties"), schema.get("required")
        if "required" in schema and not isinstance(required, list):
            self._mender.remark("", "required is not a list; left out")
        properties = properties if isinstance(properties, dict) else {}
        required = required if isinstance(required, list) else []
        form = _Form(
            {name: {id(part): part} for name, part in properties.items()},
            dict.fromkeys(name for name in required if isinstance(name, str)),
        )
        for part in self._all_of(schema, depth, seen):
            _add(form, part)
        for name in ("anyOf", "oneOf"):
            forms = schema.get(name)
            if isinstance(forms, list) and forms:
                self._mender.remark("", f"{name} at the root: its forms are put together")
                self._add_one_of(form, [self.read(each, depth + 1, seen) for each in forms if _may_be_object(each)])
        for part in self._conditional(schema, depth, seen):
            for name, schemas in part.properties.items():
                form.properties.setdefault(name, schemas)
        return form

    def _all_of(self, schema: Schema, depth: int, seen: tuple[str, ...]) -> Iterator[_Form]:
        reference = next((schema[name] for name in REFERENCES if name in schema), None)
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
        parts += split_dependencies(schema.get("dependencies"))[1].values()
        parts += [schema[name] for name in ("then", "else", "if") if name in schema]
        if parts:
            self._mender.remark("", "conditions at the root: what they add may always be given")
        yield from (self.read(part, depth + 1, seen) for part in parts)

    def _add_one_of(self, form: _Form, forms: list[_Form]) -> None:
        """One of ``forms`` holds too."""
        found: dict[str, list[Json]] = {}
        for each in forms:
            for name, schemas in each.properties.items():
                found.setdefault(name, []).append(self.all_of(schemas))
        for name, several in found.items():
            either = self._either(several)
            if name not in form.properties:
                form.properties[name] = {id(either): either}
            elif len(several) == len(forms) and isinstance(either, dict) and "enum" in either:
                known = self.all_of(form.properties[name])
                if isinstance(known, dict):
                    form.properties[name] = {id(known): {**known, "enum": either["enum"]}}
        needed = [[name for name in each.required if name not in form.required] for each in forms]
        always = [name for name in (needed[0] if needed else ()) if all(name in each.required for each in forms)]
        form.required |= dict.fromkeys(always)
        chosen = [" and ".join(name for name in names if name not in form.required) for names in needed]
        if len(chosen) > 1 and any(chosen):
            described = list(dict.fromkeys(each or "neither" for each in chosen))
            form.choices.append(f"Needs one of: {'; '.join(described)}.")
        for each in forms:
            form.choices += each.choices

    def all_of(self, schemas: Mapping[int, Json]) -> Json:
        """What fits all of ``schemas``."""
        different = self._different(schemas.values())
        return different[0] if len(different) == 1 else {"allOf": different}

    def _either(self, schemas: list[Json]) -> Json:
        """What fits one of ``schemas``: fixed values become the choices between them."""
        different = self._different(schemas)
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

    def _different(self, schemas: Collection[Json]) -> list[Json]:
        """Those of ``schemas`` that are different, as far as there is time to find out."""
        if len(schemas) == 1:
            return [*schemas]
        different: dict[str, Json] = {}
        for schema in {id(schema): schema for schema in schemas}.values():
            text = canonical(schema) if self._steps.take() else f"#{id(schema)}"
            self._steps.take(len(text) // _COMPARED)
            different.setdefault(text, schema)
        return [*different.values()]


def _size(schema: Schema) -> int:
    """How many steps it takes to read ``schema`` without what is inside its parts."""
    texts = sum(len(value) for value in schema.values() if isinstance(value, str))
    return 1 + sum(len(value) for value in schema.values() if isinstance(value, dict | list)) + texts // _COMPARED


def _add(form: _Form, part: _Form) -> None:
    """``part`` holds too."""
    for name, schemas in part.properties.items():
        form.properties.setdefault(name, {}).update(schemas)
    form.required |= part.required
    form.choices += part.choices


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
