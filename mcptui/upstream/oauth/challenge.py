"""``WWW-Authenticate: Bearer …`` (RFC 9110 §11.6.1, RFC 6750 §3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PARAMETER: Final = re.compile(r'\s*,?\s*([A-Za-z0-9_.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_BEARER: Final = re.compile(r"(?:^|,)\s*bearer(?=\s|$)", re.IGNORECASE)
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server says when it refuses a token."""

    resource_metadata: str | None = None
    scope: str | None = None
    error: str | None = None


def parse_challenge(value: str) -> Challenge:
    """The Bearer challenge in the header's value; an empty one where there is none."""
    found = _BEARER.search(value)
    if found is None:
        return Challenge()
    parameters: dict[str, str] = {}
    position = found.end()
    while (match := _PARAMETER.match(value, position)) is not None:
        text = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]
        parameters.setdefault(match[1].lower(), text)
        position = match.end()
    scope = parameters.get("scope", "")
    return Challenge(
        parameters.get("resource_metadata"), scope if _SCOPE.fullmatch(scope) else None, parameters.get("error")
    )


def union(*scopes: str | None) -> str | None:
    """All scopes, each once, in order: a step-up keeps what was granted before (SEP-2350)."""
    found = dict.fromkeys(name for scope in scopes if scope for name in scope.split())
    return " ".join(found) or None
