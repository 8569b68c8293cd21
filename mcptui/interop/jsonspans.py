"""Where things are in a JSON text with comments and trailing commas, so that it can be edited in place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

_BLANK: Final = re.compile(r"(?:[ \t\r\n\ufeff]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING: Final = re.compile(r'"(?:\\.|[^"\\\n])*"')
_SCALAR: Final = re.compile(r"[^\s,\]}/]+")
_MAX_DEPTH: Final = 200


@dataclass(frozen=True, slots=True)
class Member:
    """One ``"key": value``; ``comma`` is where its comma is, -1 for none."""

    key: str
    start: int
    value: Span
    comma: int


@dataclass(frozen=True, slots=True)
class Span:
    """One value: ``text[start:end]``; ``members`` are those of an object, None for other values."""

    start: int
    end: int
    members: tuple[Member, ...] | None = field(default=None)

    def member(self, key: str) -> Member | None:
        """The member ``key``; of several the last one, which is the one that counts."""
        return next((member for member in reversed(self.members or ()) if member.key == key), None)


def spans(text: str) -> Span:
    """The value of the whole text.

    Raises:
        ValueError: it is not JSON.
    """
    value = _Scanner(text).value(_skip(text, 0), 0)
    if _skip(text, value.end) != len(text):
        raise ValueError(f"something follows at character {value.end}")
    return value


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    assert match is not None
    return match.end()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, start: int, depth: int) -> Span:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        first = self._text[start : start + 1]
        if first == "{":
            return self._object(start, depth)
        if first == "[":
            return self._array(start, depth)
        match = (_STRING if first == '"' else _SCALAR).match(self._text, start)
        if match is None:
            raise ValueError(f"expected a value at character {start}")
        return Span(start, match.end())

    def _object(self, start: int, depth: int) -> Span:
        members: list[Member] = []
        position = _skip(self._text, start + 1)
        while self._text[position : position + 1] != "}":
            key = _STRING.match(self._text, position)
            if key is None:
                raise ValueError(f"expected a key at character {position}")
            colon = _skip(self._text, key.end())
            if self._text[colon : colon + 1] != ":":
                raise ValueError(f"expected a colon at character {colon}")
            value = self.value(_skip(self._text, colon + 1), depth + 1)
            comma, position = self._after(value.end, "}")
            members.append(Member(str(json.loads(key[0])), key.start(), value, comma))
        return Span(start, position + 1, tuple(members))

    def _array(self, start: int, depth: int) -> Span:
        position = _skip(self._text, start + 1)
        while self._text[position : position + 1] != "]":
            _, position = self._after(self.value(position, depth + 1).end, "]")
        return Span(start, position + 1)

    def _after(self, end: int, closing: str) -> tuple[int, int]:
        """Where the comma after a value is (or -1), and where the next thing begins."""
        position = _skip(self._text, end)
        if self._text[position : position + 1] == ",":
            return position, _skip(self._text, position + 1)
        if self._text[position : position + 1] != closing:
            raise ValueError(f"expected a comma at character {position}")
        return -1, position
