"""Where things are in a JSON text with comments and trailing commas, so that it can be edited in place."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_BLANK: Final = re.compile(r"(?:[ \t\r\n\ufeff]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING: Final = re.compile(r'"(?:\\.|[^"\\\n])*"')
_SCALAR: Final = re.compile(r"[^\s,\]}/]+")
#: What matters for finding the end of an object or array: strings and comments may hold brackets.
_NESTING: Final = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/|[\[\]{}]', re.DOTALL)


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


def spans(text: str, path: Sequence[str] = ()) -> Span:
    """The value of the whole text, with the members of the objects along ``path``; others are passed over.

    Raises:
        ValueError: it is not JSON, as far as that is looked at.
    """
    value = _Scanner(text).value(_skip(text, 0), tuple(path))
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

    def value(self, start: int, path: tuple[str, ...] | None) -> Span:
        """The value at ``start``; with a path its members, where it is an object."""
        first = self._text[start : start + 1]
        if first == "{" and path is not None:
            return self._object(start, path)
        if first in {"{", "["}:
            return Span(start, self._end(start))
        match = (_STRING if first == '"' else _SCALAR).match(self._text, start)
        if match is None:
            raise ValueError(f"expected a value at character {start}")
        return Span(start, match.end())

    def _object(self, start: int, path: tuple[str, ...]) -> Span:
        members: list[Member] = []
        position = _skip(self._text, start + 1)
        while self._text[position : position + 1] != "}":
            key = _STRING.match(self._text, position)
            if key is None:
                raise ValueError(f"expected a key at character {position}")
            colon = _skip(self._text, key.end())
            if self._text[colon : colon + 1] != ":":
                raise ValueError(f"expected a colon at character {colon}")
            name = str(json.loads(key[0]))
            value = self.value(_skip(self._text, colon + 1), path[1:] if path[:1] == (name,) else None)
            comma, position = self._after(value.end, "}")
            members.append(Member(name, key.start(), value, comma))
        return Span(start, position + 1, tuple(members))

    def _end(self, start: int) -> int:
        """Behind the bracket that closes the one at ``start``."""
        depth = 0
        for match in _NESTING.finditer(self._text, start):
            token = match[0]
            if token in {"{", "["}:
                depth += 1
            elif token in {"}", "]"}:
                depth -= 1
                if depth == 0:
                    return match.end()
        raise ValueError(f"expected a closing bracket for the one at character {start}")

    def _after(self, end: int, closing: str) -> tuple[int, int]:
        """Where the comma after a value is (or -1), and where the next thing begins."""
        position = _skip(self._text, end)
        if self._text[position : position + 1] == ",":
            return position, _skip(self._text, position + 1)
        if self._text[position : position + 1] != closing:
            raise ValueError(f"expected a comma at character {position}")
        return -1, position
