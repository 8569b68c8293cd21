"""How many values a JSON text has, told without reading it: a text of three bytes a value takes a hundred in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

#: So many bytes are looked at in one step; between steps another thread may run.
_STEP: Final = 1024 * 1024
#: Everything but what parts values, and what strings begin and end with.
_OTHERS: Final = bytes(set(range(256)) - set(b'",:[{'))


def has_more_values(text: bytes, most: int) -> bool:
    """Whether ``text`` has more than ``most`` values: names of members count too, empty lists and objects twice.

    Of what is no JSON some number is told.
    """
    # Every value but the first stands behind one of these, and takes a byte itself.
    if len(text) <= 2 * most:
        return False
    return _may_have_more(text, most) and _counts_more(text, most)


def _may_have_more(text: bytes, most: int) -> bool:
    """Whether so many marks stand in it, in strings or not; no more of it is looked at than that takes."""
    marks = 0
    for start in range(0, len(text), _STEP):
        marks += sum(text.count(each, start, start + _STEP) for each in (b",", b":", b"[", b"{"))
        if marks >= most:
            return True
    return False


def _counts_more(text: bytes, most: int) -> bool:
    """The same by counting what stands outside of strings."""
    count, is_string = 1, False
    for piece in _pieces(text):
        # Once no quote is escaped any more, quotes and what parts values are all that matters.
        marks = piece.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _OTHERS)
        start = 0
        while start < len(marks):
            end = marks.find(b'"', start)
            length = (len(marks) if end < 0 else end) - start
            if not is_string:
                count += length or bool(start)  # a string behind a string is no JSON, and counts
                if count > most:
                    return True
            start += length + 1
            is_string ^= end >= 0
    return count > most


def _pieces(text: bytes) -> Iterator[bytes]:
    """``text`` in pieces that end behind whole escapes."""
    start = 0
    while start < len(text):
        end = min(start + _STEP, len(text))
        while end < len(text) and text[end - 1 : end] == b"\\":
            end += 1
        yield text[start:end]
        start = end
