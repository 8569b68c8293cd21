"""Rows of a table as a tree: which are shown, in which order, and with which lines before their names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from mcptui.services.tree_lines import branch
from mcptui.tui.widgets.cells import Row

IsFolded: TypeAlias = Callable[[str], bool]

#: Before the name of a row that has others below it, and beside such a row.
OPEN: Final = "▾ "
FOLDED: Final = "▸ "
_LEAF: Final = "  "
_ROOT: Final = ""


class TreeRows:
    """The rows of a tree in the order of their list; one whose upper row is missing stands at the top."""

    def __init__(self, rows: Sequence[Row], column: str) -> None:
        self._rows = rows
        self._column = column
        self._keys = {row.key for row in rows}
        self._below: dict[str, list[Row]] = {}
        self._above: dict[str, str] = {}
        for row in rows:
            above = row.above if row.above in self._keys else _ROOT
            self._above[row.key] = above
            self._below.setdefault(above, []).append(row)

    def above(self, key: str) -> str:
        """The row that ``key`` is below; empty for none."""
        return self._above.get(key, _ROOT)

    def is_branch(self, row: Row) -> bool:
        """Whether there are rows below it."""
        return row.is_branch or row.key in self._below

    @property
    def branches(self) -> list[str]:
        """All rows with rows below them."""
        return [row.key for row in self._rows if self.is_branch(row)]

    def whole(self) -> list[Row]:
        """All rows, none folded."""
        return list(self._walk(self._below.get(_ROOT, ()), (), lambda _: False, None, inside=False))

    def shown(self, is_folded: IsFolded, found: Sequence[Row] | None = None) -> list[Row]:
        """What is not folded; of a filter what it ``found``, with the rows above, and below it what is not folded.

        What was found first comes first, with all that stands under the same row at the top.
        """
        if found is None:
            return list(self._walk(self._below.get(_ROOT, ()), (), is_folded, None, inside=False))
        needed: set[str] = set()
        roots: dict[str, None] = {}
        for row in found:
            path = list(self._path(row.key))
            needed.update(path)
            roots.setdefault(path[-1])
        by_key = {row.key: row for row in self._below.get(_ROOT, ())}
        wanted = needed, {row.key for row in found}
        return list(self._walk([by_key[key] for key in roots], (), is_folded, wanted, inside=False))

    def _path(self, key: str) -> Iterator[str]:
        """A row and those above it."""
        while key:
            yield key
            key = self._above[key]

    def _walk(
        self,
        rows: Sequence[Row],
        place: tuple[bool, ...],
        is_folded: IsFolded,
        wanted: tuple[Collection[str], Collection[str]] | None,
        *,
        inside: bool,
    ) -> Iterator[Row]:
        """``rows`` and what is shown below them; ``wanted`` are the rows to show, and those that were found.

        Under a row that was found (``inside``) all others are shown too, where they are not folded.
        """
        has_marks = any(self.is_branch(row) for row in rows)
        for number, row in enumerate(rows, start=1):
            here = (*place, number == len(rows)) if self._above[row.key] else ()
            is_found = inside or (wanted is not None and row.key in wanted[1])
            below = self._below.get(row.key, [])
            if is_folded(row.key):
                below = [] if wanted is None else [each for each in below if each.key in wanted[0]]
            elif wanted is not None and not is_found:
                below = [each for each in below if each.key in wanted[0]]
            mark = (OPEN if below else FOLDED) if self.is_branch(row) else _LEAF if has_marks else ""
            yield self._drawn(row, branch(here) + mark)
            yield from self._walk(below, here, is_folded, wanted, inside=is_found)

    def _drawn(self, row: Row, prefix: str) -> Row:
        if not prefix:
            return row
        cell = row.cells[self._column]
        return replace(row, cells={**row.cells, self._column: replace(cell, prefix=prefix + cell.prefix)})
