"""The way to one value in JSON as text: ``$.content[0].text`` (RFC 9535, names and indexes only)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
    try:
        return tuple(_steps(text))
    except ValueError:
        raise JsonPathError(f'"{text}" is not a JSON path such as $.items[0].name') from None


def _steps(text: str) -> Iterator[str | int]:
    if not text.startswith("$"):
        raise ValueError
    place = 1
    while place < len(text):
        if (step := _STEP.match(text, place)) is None:
            raise ValueError
        place = step.end()
        if step["index"] is not None:
            yield int(step["index"])
        else:
            yield step["name"] or json.loads(step["quoted"])


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
