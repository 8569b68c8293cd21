"""The way to one value in JSON as text: ``$.content[0].text`` (RFC 9535, names and indexes only)."""

from __future__ import annotations

import json
import re
from typing import Final, TypeAlias

from mcptui.model.runtime import Json

JsonPath: TypeAlias = tuple[str | int, ...]

_NAME: Final = re.compile(r"[^\W\d]\w*")
_STEP: Final = re.compile(r'\.(?P<name>[^\W\d]\w*)|\[(?P<index>-?\d+)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]')


class JsonPathError(ValueError):
    """A text that is no path, or a path that leads nowhere."""


def path_text(path: JsonPath) -> str:
    """``path`` as text; names that are no words are in brackets."""
    return "$" + "".join(_step(step) for step in path)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _NAME.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def parse_path(text: str) -> JsonPath:
    """The path that ``text`` is.

    Raises:
        JsonPathError: it is none.
    """
    if not text.startswith("$"):
        raise JsonPathError(f'"{text}" is not a JSON path such as $.items[0].name')
    place = 1
    path: list[str | int] = []
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None:
            raise JsonPathError(f'"{text}" is not a JSON path such as $.items[0].name')
        place = step.end()
        if step["index"] is not None:
            path.append(int(step["index"]))
        else:
            path.append(step["name"] or json.loads(step["quoted"]))
    return tuple(path)


def value_at(value: Json, path: JsonPath) -> Json:
    """The value that ``path`` leads to; a negative index counts from the end.

    Raises:
        JsonPathError: there is none.
    """
    for place, step in enumerate(path, start=1):
        try:
            value = _member(value, step)
        except LookupError:
            raise JsonPathError(f"no value at {path_text(path[:place])}") from None
    return value


def _member(value: Json, step: str | int) -> Json:
    if isinstance(step, int) and isinstance(value, list):
        return value[step]
    if isinstance(step, str) and isinstance(value, dict):
        return value[step]
    raise LookupError
