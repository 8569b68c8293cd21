"""Which value stands on which line of a result that is shown as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

from mcptui.model.runtime import Json
from mcptui.schema import format_json

Path: TypeAlias = tuple[str | int, ...]

_NAME: Final = re.compile(r"[^\W\d]\w*")


def path_at(value: Json, line: int) -> Path:
    """The way to what stands on ``line`` (from 0) of :func:`mcptui.schema.format_json`; a bracket is its whole."""
    return next(islice(_lines(value, ()), line, None), ())


def _lines(value: Json, path: Path) -> Iterator[Path]:
    yield path
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from _lines(member, (*path, name))
    if isinstance(value, dict | list) and value:
        yield path


def json_path(path: Path) -> str:
    """``$.content[0].text``; names that are no words in brackets (RFC 9535)."""
    return "$" + "".join(_step(step) for step in path)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _NAME.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def text_of(value: Json, path: Path) -> str:
    """What :func:`path_at` leads to: a text as it is, anything else as JSON."""
    for step in path:
        value = value[step]
    return value if isinstance(value, str) else format_json(value)
