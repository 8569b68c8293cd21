"""JSON as text in which names, strings and other values have colours of their own, by the same rule everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rich.text import Text
from textual.content import Content
from textual.theme import Theme

from mcptui.protocol.text import visible
from mcptui.tui.text.tone import Tone, rich_style, toned

#: A name, a string, a number or a word. No part of JSON that is laid out goes over the end of a line.
_PARTS: Final = re.compile(
    r'(?P<name>"(?:[^"\\\n]|\\.)*")(?=\s*:)|(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<value>(?<![\w.])-?\d[\d.eE+-]*|\b(?:true|false|null)\b)"
)
#: A longer line has no colours: it is drawn again for each row that it is wrapped to.
_LONGEST: Final = 10_000
_TONES: Final[dict[str, Tone]] = {"name": "strong", "string": "ok", "value": "accent"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text to read, of whole lines."""

    text: str
    is_json: bool = False


def joined(passages: Iterable[Passage]) -> tuple[str, frozenset[int]]:
    """The passages one below the other, and the numbers (from 0) of the lines that are JSON."""
    lines: list[str] = []
    of_json: set[int] = set()
    for passage in passages:
        own = passage.text.split("\n")
        if passage.is_json:
            of_json.update(range(len(lines), len(lines) + len(own)))
        lines += own
    return "\n".join(lines), frozenset(of_json)


def json_content(text: str) -> Content:
    """``text``, which is JSON or the beginning of some, in colours."""
    end = 0
    pieces: list[Content] = []
    for start, stop, tone in _parts(text):
        pieces += [Content(text[end:start]), toned(text[start:stop], tone)]
        end = stop
    return Content("").join([*pieces, Content(text[end:])])


def passages_content(passages: Iterable[Passage], *, limit: int) -> Content:
    """The passages in colours, up to ``limit`` characters, with invisible characters shown."""
    pieces: list[Content] = []
    for passage in passages:
        if limit <= 0:
            break
        text = visible(passage.text, limit=limit)
        pieces.append(json_content(text) if passage.is_json else Content(text))
        limit -= len(text) + 1
    return Content("\n").join(pieces)


def colour_line(line: Text, theme: Theme) -> None:
    """Give the parts of a line of JSON their colours."""
    if len(line) > _LONGEST:
        return
    for start, stop, tone in _parts(line.plain):
        line.stylize(rich_style(tone, theme), start, stop)


def _parts(text: str) -> Iterator[tuple[int, int, Tone]]:
    for match in _PARTS.finditer(text):
        yield match.start(), match.end(), _TONES[str(match.lastgroup)]
