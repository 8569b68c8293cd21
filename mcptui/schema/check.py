"""What is wrong with a value by its JSON Schema, said before a server says it, in words for a person at a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from mcptui.schema.bounds import check_bounds
from mcptui.schema.document import OddSchemaError
from mcptui.schema.values import Json

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

#: No person reads more of them.
MAX_PROBLEMS: Final = 100
#: What an expression may take when it is made ready, bytes, and when it is run by trying, steps.
_PATTERN_SIZE: Final = 100_000
_PATTERN_STEPS: Final = 10_000
#: Revisions that differ from the newest one in what they say; everything else is read as that.
_DRAFT: Final = re.compile(r"https?://json-schema\.org/draft(?:-0(?P<early>[67])|/(?P<late>2019-09))/schema#?")
_TYPES: Final = {
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "a boolean",
    "array": "an array",
    "object": "an object",
    "null": "null",
}
#: What is wrong, by keyword; what is not in here only the server can know, such as formats.
_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "type": lambda kind: f"must be {' or '.join(_TYPES[name] for name in _TYPES if name in kind.types)}",
    "enum": lambda _: "not one of the allowed values",
    "const": lambda _: "must be the constant of the schema",
    "falseSchema": lambda _: "no value is allowed here",
    "minimum": lambda kind: f"must be ≥ {kind.limit}",
    "maximum": lambda kind: f"must be ≤ {kind.limit}",
    "exclusiveMinimum": lambda kind: f"must be > {kind.limit}",
    "exclusiveMaximum": lambda kind: f"must be < {kind.limit}",
    "multipleOf": lambda kind: f"must be a multiple of {kind.multiple_of}",
    "minLength": lambda kind: f"too short: at least {kind.limit}",
    "maxLength": lambda kind: f"too long: at most {kind.limit}",
    "minItems": lambda kind: f"too short: at least {kind.limit}",
    "maxItems": lambda kind: f"too long: at most {kind.limit}",
    "minProperties": lambda kind: f"too short: at least {kind.limit}",
    "maxProperties": lambda kind: f"too long: at most {kind.limit}",
    "additionalItems": lambda kind: f"too long: at most {kind.limit}",
    "unevaluatedItems": lambda _: "has items that are not allowed",
    "uniqueItems": lambda _: "no duplicates",
    "contains": lambda _: "a required item is missing",
    "pattern": lambda kind: f"does not match {kind.pattern}",
    "not": lambda _: "has a form that is not allowed",
}
#: Errors by which a value is of another form altogether, not a faulty one of this form.
_OTHER_FORM: Final = frozenset({"type", "const", "enum", "falseSchema"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: property names and list places from the root."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")
        return f"{where}: {self.message}" if where else self.message


def check(schema: Json, value: Json) -> tuple[Problem, ...]:
    """The problems of ``value``, at most :data:`MAX_PROBLEMS`; empty also where only the server can know.

    No reference leaves the schema, ``format`` is not checked, and ``nullable`` of OpenAPI allows null.

    Raises:
        OddSchemaError: the value cannot be validated; says why.
    """
    check_bounds(schema, value)
    try:
        errors = list(islice(_validator(schema).iter_errors(value), MAX_PROBLEMS))
    except (ValueError, TypeError, OverflowError) as error:
        raise OddSchemaError(_why(error)) from None
    return tuple(dict.fromkeys(problem for error in errors for problem in _Reader(schema).problems(error)))


def _validator(schema: Json) -> Validator:
    import jsonschema_rs as library  # 50 ms that no start of the app has to wait for

    classes = {
        "6": library.Draft6Validator,
        "7": library.Draft7Validator,
        "2019-09": library.Draft201909Validator,
    }
    draft = None
    if isinstance(schema, dict):
        draft = _DRAFT.fullmatch(str(schema.get("$schema", "")))
        # Both would only say where to look for what is here.
        schema = {name: part for name, part in schema.items() if name not in {"$schema", "$id"}}
    chosen = classes[draft["early"] or draft["late"]] if draft else library.Draft202012Validator
    patterns = library.FancyRegexOptions(_PATTERN_STEPS, _PATTERN_SIZE, _PATTERN_SIZE)
    return chosen(schema, offline=True, validate_formats=False, pattern_options=patterns)


def _why(error: Exception) -> str:
    """Why a value could not be validated; a value with halves of characters is no fault of the schema."""
    if isinstance(error, UnicodeError):
        return "a value that is no Unicode text"
    path = getattr(error, "instance_path", None)
    return (
        f"not a JSON Schema, at {'/'.join(map(str, path)) or 'its root'}" if path is not None else "not a JSON Schema"
    )


class _Reader:
    def __init__(self, schema: Json) -> None:
        self._schema = schema

    def problems(self, error: ValidationError) -> Iterator[Problem]:
        """What ``error`` says, in the terms of the innermost part of the value that it is about."""
        kind: Any = error.kind
        path = tuple(error.instance_path)
        if kind.name in {"anyOf", "oneOf"}:
            yield from self._of_forms(path, kind.context)
        elif kind.name == "required":
            yield Problem((*path, kind.property), "required")
        elif kind.name in {"additionalProperties", "unevaluatedProperties"}:
            yield from (Problem((*path, name), "not a known field") for name in kind.unexpected)
        elif kind.name == "propertyNames":
            name = str(kind.error.instance)
            yield from (Problem((*path, name), f"as a name: {each.message}") for each in self.problems(kind.error))
        elif kind.name in _WORDS and self._counts(error):
            yield Problem(path, _WORDS[kind.name](kind))

    def _of_forms(self, path: tuple[str | int, ...], context: Sequence[Sequence[ValidationError]]) -> Iterator[Problem]:
        """Of several forms: what is wrong with the one that the value is nearest to."""
        forms = [list(self._counting(errors)) for errors in context]
        if sum(not errors for errors in forms) > 1:
            yield Problem(path, "fits several of the forms, where only one may fit")
        if not all(forms):
            return
        near = [errors for errors in forms if not any(_is_other_form(error, path) for error in errors)]
        if not near:
            yield Problem(path, "fits none of the forms")
            return
        for error in min(near, key=_distance):
            yield from self.problems(error)

    def _counting(self, errors: Sequence[ValidationError]) -> Iterator[ValidationError]:
        return (error for error in errors if self._counts(error))

    def _counts(self, error: ValidationError) -> bool:
        if error.kind.name == "pattern" and not hasattr(error.kind, "pattern"):
            return False  # too many attempts: unknown
        if error.instance is not None or error.kind.name not in {"type", "enum"}:
            return True
        parent = self._schema
        for step in error.schema_path[:-1]:
            try:
                parent = parent[step]
            except (LookupError, TypeError):
                return True
        return not (isinstance(parent, dict) and parent.get("nullable") is True)


def _is_other_form(error: ValidationError, path: tuple[str | int, ...]) -> bool:
    return error.kind.name in _OTHER_FORM and tuple(error.instance_path) == path


def _distance(errors: Sequence[ValidationError]) -> tuple[int, int]:
    """Forms are told apart by fixed values; then by how much is wrong."""
    return sum(error.kind.name in {"const", "enum"} for error in errors), len(errors)
