"""``k=v`` words and JSON as the arguments of a tool, by the tool's own schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click

from mcptui.model.runtime import JsonObject
from mcptui.schema import parse_number


def parse_arguments(words: Iterable[str], text: str | None, schema: Mapping[str, Any]) -> JsonObject:
    """Arguments from ``--args`` JSON and the words; words win, and the same name twice makes a list.

    Raises:
        click.UsageError: a word is not ``name=value``, or a value does not fit its type.
    """
    arguments = _json_object(text) if text is not None else {}
    properties = schema.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    given: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise click.UsageError(f"{word!r} is not NAME=VALUE; see --args for JSON")
        given.setdefault(name, []).append(value)
    for name, values in given.items():
        part = properties.get(name)
        part = part if isinstance(part, Mapping) else {}
        try:
            arguments[name] = _value(values, part)
        except ValueError as error:
            raise click.UsageError(f"{name}: {error}") from error
    return arguments


def _json_object(text: str) -> JsonObject:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"--args is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError("--args must be a JSON object")
    return value


def _value(values: list[str], schema: Mapping[str, Any]) -> Any:
    if "array" in _types(schema) and not (len(values) == 1 and values[0].lstrip().startswith("[")):
        items = schema.get("items")
        return [coerce(value, items if isinstance(items, Mapping) else {}) for value in values]
    if len(values) > 1:
        raise ValueError("given more than once, and it is not a list")
    return coerce(values[0], schema)


def coerce(text: str, schema: Mapping[str, Any]) -> Any:
    """``text`` as the type that ``schema`` wants; where it wants none, JSON if it is JSON, else the text.

    Raises:
        ValueError: it cannot be one.
    """
    types = _types(schema)
    if not types:
        return _json_or_text(text)
    if "null" in types and text == "null":
        return None
    for kind in ("boolean", "integer", "number", "array", "object"):
        if kind not in types:
            continue
        try:
            return _as(kind, text)
        except ValueError:
            if "string" not in types:
                raise
    return text


def _types(schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a schema names, also through ``anyOf``, ``oneOf``, ``enum`` and ``const``."""
    named = schema.get("type")
    types = {named} if isinstance(named, str) else set(named) if isinstance(named, list) else set()
    for word in ("anyOf", "oneOf"):
        parts = schema.get(word)
        for part in parts if isinstance(parts, list) else ():
            types |= _types(part) if isinstance(part, Mapping) else set()
    if not types and isinstance(choices := schema.get("enum"), list) and all(isinstance(c, str) for c in choices):
        return {"string"}
    return types


def _as(kind: str, text: str) -> Any:
    if kind == "boolean":
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in words:
            raise ValueError(f"{text!r} is not true or false")
        return words[text.lower()]
    if kind in {"integer", "number"}:
        return parse_number(text, integer=kind == "integer")
    value = _json_or_text(text)
    if not isinstance(value, list if kind == "array" else dict):
        raise ValueError(f"{text!r} is not a JSON {kind}")
    return value


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
