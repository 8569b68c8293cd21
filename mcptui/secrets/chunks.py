"""Long values in keyrings that hold short ones: parts, and a head that tells how many and which."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from mcptui.numbers import whole_number

# Windows stores 1280 UTF-16 code units an entry.
_LIMIT: Final = 1000
_HEAD: Final = re.compile(r"mcptui-parts:(\d{1,4}):([0-9a-f]{64})")


def part_name(path: str, number: int) -> str:
    """The account of part ``number``, counted from 1; paths of secrets have no ``#``."""
    return f"{path}#{number}"


def split(value: str) -> tuple[str, list[str]]:
    """The head entry and the parts; a short value is its own head."""
    if _units(value) <= _LIMIT and not _HEAD.fullmatch(value):
        return value, []
    parts = list(_parts(value))
    return f"mcptui-parts:{len(parts)}:{_digest(value)}", parts


def part_count(head: str | None) -> int:
    """How many parts belong to a head."""
    match = _HEAD.fullmatch(head or "")
    return (whole_number(match[1]) if match else None) or 0


def join(head: str, parts: list[str | None]) -> str | None:
    """The value, or None where parts are missing or belong to another value."""
    match = _HEAD.fullmatch(head)
    if match is None:
        return head
    value = "".join(part or "" for part in parts)
    return value if _digest(value) == match[2] else None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _parts(value: str) -> Iterator[str]:
    part: list[str] = []
    size = 0
    for char in value:
        units = _units(char)
        if size + units > _LIMIT:
            yield "".join(part)
            part, size = [], 0
        part.append(char)
        size += units
    yield "".join(part)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8")).hexdigest()
