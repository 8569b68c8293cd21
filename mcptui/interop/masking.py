"""Configuration files with their secrets covered, to be shown."""

from __future__ import annotations

import re
from typing import Final

from mcptui.secrets.recognition import looks_like_secret

_PAIR: Final = re.compile(r"""(["']?)([A-Za-z_][\w.-]*)\1(\s*[:=]\s*)(["'])((?:\\.|(?!\4).)*)\4""")
_WORD: Final = re.compile(r"""[^\s"',;=]+""")
_BARE: Final = re.compile(
    r"""([A-Za-z_][\w.-]*)([:=]\s*(?:(?:Bearer|Basic|Token)\s+)?)([^\s"',;{}\[\]]+)""", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"(Bearer|Basic|Token)\s+(?=\S)", re.IGNORECASE)


def masked(text: str) -> str:
    """``text`` with what looks like a secret covered but for its last four characters."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    line = _PAIR.sub(_pair, line)
    line = _BARE.sub(_bare, line)
    return _WORD.sub(lambda match: covered(match[0]) if looks_like_secret("", match[0]) else match[0], line)


def _pair(match: re.Match[str]) -> str:
    quote, name, between, quoted, value = match.groups()
    if not looks_like_secret(name, value):
        return match[0]
    scheme = _SCHEME.match(value)
    kept = scheme[0] if scheme else ""
    return f"{quote}{name}{quote}{between}{quoted}{kept}{covered(value[len(kept) :])}{quoted}"


def _bare(match: re.Match[str]) -> str:
    name, between, value = match.groups()
    return f"{name}{between}{covered(value)}" if looks_like_secret(name, value) else match[0]


def covered(secret: str) -> str:
    """Dots and the last four characters; dots alone for a short one."""
    return f"••••{secret[-4:]}" if len(secret) >= 12 else "••••"
