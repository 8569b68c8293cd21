"""URI templates of resources (RFC 6570, values are texts)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

_EXPRESSION: Final = re.compile(r"\{([+#./;?&]?)([^{}]*)\}")
_RESERVED: Final = ":/?#[]@!$&'()*+,;=-._~%"
_UNRESERVED: Final = "-._~"
# Operator → (first, separator, named, what stays as it is).
_OPERATORS: Final[Mapping[str, tuple[str, str, bool, str]]] = {
    "": ("", ",", False, _UNRESERVED),
    "+": ("", ",", False, _RESERVED),
    "#": ("#", ",", False, _RESERVED),
    ".": (".", ".", False, _UNRESERVED),
    "/": ("/", "/", False, _UNRESERVED),
    ";": (";", ";", True, _UNRESERVED),
    "?": ("?", "&", True, _UNRESERVED),
    "&": ("&", "&", True, _UNRESERVED),
}


def variables(template: str) -> tuple[str, ...]:
    """The names in ``template``, each once, in their order."""
    return tuple(dict.fromkeys(name for match in _EXPRESSION.finditer(template) for name, _ in _names(match[2])))


def expand(template: str, values: Mapping[str, str]) -> str:
    """``template`` with ``values``; names without a value disappear."""

    def replacement(match: re.Match[str]) -> str:
        first, separator, named, safe = _OPERATORS[match[1]]
        parts = []
        for name, length in _names(match[2]):
            if name in values:
                value = quote(values[name][:length], safe=safe)
                parts.append(f"{name}={value}" if named and (value or match[1] != ";") else name if named else value)
        return first + separator.join(parts) if parts else ""

    return _EXPRESSION.sub(replacement, template)


def _names(expression: str) -> list[tuple[str, int | None]]:
    """Names with their maximal lengths (``{name:3}``); the explode modifier has no effect on a string."""
    names: list[tuple[str, int | None]] = []
    for part in expression.split(","):
        name, _, length = part.strip().removesuffix("*").partition(":")
        if name:
            names.append((name, int(length) if length.isascii() and length.isdecimal() else None))
    return names
