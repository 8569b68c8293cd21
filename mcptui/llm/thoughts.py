"""What models think before they call a tool, and some must get back with the call's result.

It is a member of their message: text (``reasoning_content`` at DeepSeek and Kimi, ``reasoning`` at others), or a list
of signed or encrypted pieces (``reasoning_details`` at OpenRouter). Between the rounds it travels with the first call,
as the call is what every form of a conversation keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_TEXTS: Final = ("reasoning_content", "reasoning")
_PIECES: Final = "reasoning_details"
#: The members of a message that hold thoughts.
THOUGHTS: Final = (*_TEXTS, _PIECES)
#: Members of a piece that come bit by bit.
_GROWING: Final = ("text", "summary")


class Thoughts:
    """The thoughts of one message while they come in."""

    def __init__(self) -> None:
        self._members: JsonObject = {}

    def add(self, delta: Mapping[str, Any]) -> None:
        """Take in what one chunk has of them."""
        for name in _TEXTS:
            if isinstance(text := delta.get(name), str) and text:
                self._members[name] = self._members.get(name, "") + text
        pieces = delta.get(_PIECES)
        for piece in pieces if isinstance(pieces, list) else ():
            if isinstance(piece, Mapping):
                _join(self._members.setdefault(_PIECES, []), piece)

    def members(self) -> JsonObject:
        """What the message has to hold when it is sent back."""
        return dict(self._members)


def thoughts_of(message: Mapping[str, Any]) -> JsonObject:
    """The thoughts that a message, or what a call carries, holds."""
    texts = {name: text for name in _TEXTS if isinstance(text := message.get(name), str) and text}
    pieces = message.get(_PIECES)
    return {**texts, _PIECES: pieces} if isinstance(pieces, list) and pieces else texts


def _join(pieces: list[JsonObject], piece: Mapping[str, Any]) -> None:
    """A bit goes on with the last piece where it is of the same kind and number, and nothing but text has to grow."""
    last = pieces[-1] if pieces else {}
    if not any(name in piece for name in _GROWING) or any(
        last.get(name) != piece.get(name) for name in ("type", "index")
    ):
        pieces.append(dict(piece))
        return
    for name, value in piece.items():
        if name in _GROWING and isinstance(value, str) and isinstance(last.get(name), str):
            last[name] += value
        elif value is not None:
            last[name] = value
