"""Text from servers, models and clients, made safe to show."""

from __future__ import annotations

import re
from typing import Final

#: Control, bidi and zero-width characters and lone surrogates; newline and tab are none of them.
UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def visible(text: str, *, limit: int | None = None) -> str:
    """Show control, bidi and zero-width characters instead of sending them to the terminal.

    Newline and tab stay. ``limit`` cuts the result to that many characters, the last one an ellipsis.
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def one_line(text: str, *, limit: int | None = None) -> str:
    """Like :func:`visible`, on one line: runs of white space become one blank."""
    return visible(" ".join(text.split()), limit=limit)


def counted(number: int, word: str) -> str:
    """``number`` with its English noun: "1 tool", "2 tools", "12,000 tools"."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
