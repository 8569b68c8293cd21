"""``k=v`` words and JSON as the arguments of a tool, by the tool's own schema."""

from __future__ import annotations

from collections.abc import Iterable

import click

from mcptui.model.runtime import Json, JsonObject
from mcptui.schema import InputError, JsonField, JsonTextError, ObjectField, build, parse_json, read_words


def parse_arguments(words: Iterable[str], text: str | None, schema: Json) -> JsonObject:
    """Arguments from ``--args`` JSON and the words; words win, and the same name twice makes a list.

    Raises:
        click.UsageError: a word is not ``name=value``, or a value does not fit its type.
    """
    arguments = _json_object(text) if text is not None else {}
    field = build(schema)
    known = {part.name: part for part in field.fields} if isinstance(field, ObjectField) else {}
    given: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise click.UsageError(f"{word!r} is not NAME=VALUE; see --args for JSON")
        given.setdefault(name, []).append(value)
    for name, values in given.items():
        try:
            arguments[name] = read_words(known.get(name, JsonField()), values)
        except InputError as error:
            raise click.UsageError(f"{name}: {error}") from error
    return arguments


def _json_object(text: str) -> JsonObject:
    try:
        value = parse_json(text)
    except JsonTextError as error:
        raise click.UsageError(f"--args is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError("--args must be a JSON object")
    return value
