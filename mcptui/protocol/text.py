"""Text from servers, models and clients, made safe to show."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_CONTROLS: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
)
#: What is drawn over the character before it, in the scripts that are known for towers of it.
_COMBINING: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0f71-\u0f84\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
)
#: More of them over one character than any language has: terminals draw them over the lines above and below.
_TOWER: Final = 8


def _acting(controls: str) -> re.Pattern[str]:
    # The first set, which is all that is looked at in an ordinary text, says quickly that there is nothing.
    return re.compile(f"[{controls}{_COMBINING}](?:(?<=[{controls}])|(?<=[{_COMBINING}]{{{_TOWER + 1}}}))")


#: Control, bidi and zero-width characters, lone surrogates, and combining ones from the ninth over one character on;
#: newline and tab are none of them.
UNSAFE: Final = _acting(_CONTROLS)
#: The same, and newline and tab.
UNSAFE_IN_A_LINE: Final = _acting(f"{_CONTROLS}\n\t")


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


def beginning(data: bytes, limit: int) -> str:
    """The beginning of ``data`` as one line: up to ``limit`` characters, of which the last says that it was cut."""
    return one_line(data[: 4 * limit].decode("utf-8", "replace"), limit=limit)


def marked(text: str) -> str:
    """``text`` on one line, with one sign in place of every character that cannot be drawn there.

    The result is as long as ``text``, so that a place in one is the same place in the other: for fields, where the
    text itself is edited. The signs are those of Unicode for control characters: ``␊`` is a newline.
    """
    return UNSAFE_IN_A_LINE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def counted(number: int, word: str) -> str:
    """``number`` with its English noun: "1 tool", "2 tools", "12,000 tools"."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def public_url(url: str) -> str:
    """The URL without user info, query and fragment: where secrets may stand."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "the URL"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}{parts.path}"
