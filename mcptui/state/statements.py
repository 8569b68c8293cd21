"""Finds the statements of a TOML text: which lines hold which key.

tomllib says what a file means and nothing about where; tomlkit knows where, and moves comments when a
table changes. This scanner only divides valid TOML into statements, so that a message can name a line and
an edit can touch nothing but its own lines.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

KeyPath: TypeAlias = tuple[str, ...]

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_TOKEN: Final = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}(?!")'''
    r"""|\'\'\'.*?\'{3,5}(?!\')"""
    r'''|"(?:\\.|[^"\\\n])*"'''
    r"""|'[^'\n]*'"""
    r"""|\#[^\n]*|\n|[\[\]{}=.]|[^\s\[\]{}=.\#"']+|.""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One header or one ``key = value``, from the start of its first line to the end of its last."""

    is_header: bool
    #: The full path, tables included.
    path: KeyPath
    #: How many last parts of ``path`` are written in the statement itself, and where each stands.
    parts: tuple[tuple[int, int], ...]
    start: int
    end: int
    line: int


def statements(text: str) -> list[Statement]:
    """The statements of ``text`` in order; of invalid TOML, those before the first mistake."""
    return list(_scan(text))


def line_of(found: Iterable[Statement], path: Sequence[str]) -> int | None:
    """The line of ``path``, else of the nearest key or table around it."""
    wanted = tuple(path)
    best: Statement | None = None
    for statement in found:
        size = len(statement.path)
        if wanted[:size] == statement.path and (best is None or size > len(best.path)):
            best = statement
    if best is not None:
        return best.line
    # An implicit table (``[servers.x]`` makes ``servers``): its first line.
    return next((item.line for item in found if item.path[: len(wanted)] == wanted), None)


def dotted(path: Iterable[str]) -> str:
    """``path`` as it would be written in the file."""
    return ".".join(part if _BARE_KEY.fullmatch(part) else _quoted(part) for part in path)


def _quoted(part: str) -> str:
    escaped = "".join(
        f"\\{char}" if char in '"\\' else f"\\u{ord(char):04X}" if ord(char) < 32 or char == "\x7f" else char
        for char in part
    )
    return f'"{escaped}"'


def _scan(text: str) -> Iterator[Statement]:
    table: KeyPath = ()
    position = 0
    line = 1
    while position < len(text):
        end = _statement_end(text, position)
        statement = _statement(text, position, end, line, table)
        if statement is not None:
            if statement.is_header:
                table = statement.path
            yield statement
        line += text.count("\n", position, end)
        position = end


def _statement_end(text: str, start: int) -> int:
    """Where the line that begins at ``start`` ends, brackets and long strings included."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        piece = match[0]
        if piece in "[{":
            depth += 1
        elif piece in "]}":
            depth -= 1
        elif piece == "\n" and depth <= 0:
            return match.end()
    return len(text)


def _statement(text: str, start: int, end: int, line: int, table: KeyPath) -> Statement | None:
    names: list[str] = []
    spans: list[tuple[int, int]] = []
    is_header = False
    for match in _TOKEN.finditer(text, start, end):
        piece = match[0]
        if piece.isspace() or piece == ".":
            continue
        if piece == "[" and not names:
            is_header = True
        elif piece.startswith("#") or piece in "]=[{}":
            break
        else:
            names.append(_key_part(piece))
            spans.append(match.span())
    if not names:
        return None
    path = tuple(names) if is_header else (*table, *names)
    return Statement(is_header, path, tuple(spans), start, end, line)


def _key_part(piece: str) -> str:
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] != '"':
        return piece
    try:
        return str(tomllib.loads(f"key = {piece}")["key"])
    except ValueError:
        return piece
