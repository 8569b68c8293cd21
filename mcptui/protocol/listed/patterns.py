"""Whether a text is a regular expression in JavaScript with the flag ``u``, as validators of JSON Schema compile it."""

from __future__ import annotations

import re
from typing import Final

#: A longer one is taken for none, characters.
_LONGEST: Final = 10_000

_ESCAPE: Final = (
    r"\\(?:[dDwWsSbBtnrvf0^$\\.*+?()\[\]{}|/]|c[A-Za-z]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]+\}"
    r"|[pP]\{[\w=]+\}|k<\w+>|[1-9])"
)
_TOKEN: Final = re.compile(rf"{_ESCAPE}|\[\^?(?:{_ESCAPE}|\\-|[^\]\\])*\]")
#: A range that begins or ends with many characters.
_ODD_RANGE: Final = re.compile(r"(?:\\[dDwWsS]|\\[pP]\{[^}]*\})-[^\]]|[^\[^\\]-\\[dDwWsSpP]")
_QUANTIFIER: Final = re.compile(r"\{\d+(?:,\d*)?\}")
#: Of other languages: flags, comments, atomic and named groups as in Python, possessive quantifiers.
_FOREIGN: Final = re.compile(r"\(\?(?![:=!<])|[*+?]\+")


def is_pattern(text: str) -> bool:
    """Whether ``text`` compiles, as far as can be told; in doubt it does not."""
    if len(text) > _LONGEST:
        return False
    plain = _QUANTIFIER.sub("", _TOKEN.sub(_one, text))
    if any(character in plain for character in "\\[]{}") or _FOREIGN.search(plain):
        return False
    try:
        re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", plain))
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _one(token: re.Match[str]) -> str:
    """What stands for any token: one character, or what no expression has."""
    found = token[0]
    return "\\" if found.startswith("[") and _ODD_RANGE.search(found) else "x"
