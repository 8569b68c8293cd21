"""Whole numbers in texts of strangers."""

from __future__ import annotations

from typing import Final

#: As many as always fit into 63 bits; Python refuses to read more than 4,300 (CVE-2020-10735).
_DIGITS: Final = 18


def whole_number(text: str | bytes) -> int | None:
    """The number that ``text`` is in ASCII digits, up to 18 of them; None for anything else."""
    return int(text) if len(text) <= _DIGITS and text.isascii() and text.isdigit() else None
