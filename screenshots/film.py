"""Pictures of a terminal, one after the other, in one SVG that moves without a script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

#: A renderer without animations, or a person who wants none, sees the first picture.
_STYLE: Final = """<style>
.frame {{ visibility: hidden; animation: frame {total:g}s step-end infinite; }}
.first {{ visibility: visible; }}
{delays}
@keyframes frame {{ {keyframes} }}
@media (prefers-reduced-motion: reduce) {{ .frame {{ animation: none; }} }}
</style>"""
_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def film(frames: Sequence[str], *, seconds: float) -> str:
    """``frames``, SVGs of one size as Textual exports them, as one SVG, each shown for ``seconds``, again and again."""
    opening = re.match(r"\s*<svg[^>]*>", frames[0])
    assert opening is not None
    hidden = f"{100 / len(frames):.3f}% {{ visibility: hidden; }}"
    style = _STYLE.format(
        total=seconds * len(frames),
        delays="\n".join(
            f".frame.f{number} {{ animation-delay: {number * seconds:g}s; }}" for number in range(len(frames))
        ),
        keyframes=f"0% {{ visibility: visible; }} {hidden} 100% {{ visibility: hidden; }}",
    )
    pictures = "\n".join(_picture(frame, number) for number, frame in enumerate(frames))
    return f"{opening[0]}\n{style}\n{pictures}\n</svg>\n"


def _picture(frame: str, number: int) -> str:
    """The content of a picture; its ids and classes are its own, fonts are in the first one only."""
    inner = re.sub(r"^\s*<svg[^>]*>|</svg>\s*$", "", frame)
    inner = re.sub(r"\bterminal(?:-\d+)?-(?=[\w])", f"t{number}-", inner)
    if number:
        inner = _FONTS.sub("", inner)
    return f'<g class="frame f{number}{"" if number else " first"}">{inner}</g>'
