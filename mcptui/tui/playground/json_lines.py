"""Which value is on which line of a result that is shown as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from mcptui.model.runtime import Json
from mcptui.schema import format_json
from mcptui.schema.json_path import JsonPath, value_at


def path_at(value: Json, line: int) -> JsonPath:
    """The path of the value on ``line`` (from 0) of :func:`mcptui.schema.format_json`; a bracket is its whole."""
    return next(islice(_lines(value, ()), line, None), ())


def _lines(value: Json, path: JsonPath) -> Iterator[JsonPath]:
    yield path
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from _lines(member, (*path, name))
    if isinstance(value, dict | list) and value:
        yield path


def text_of(value: Json, path: JsonPath) -> str:
    """What :func:`path_at` leads to: a text as it is, anything else as JSON."""
    value = value_at(value, path)
    return value if isinstance(value, str) else format_json(value)
