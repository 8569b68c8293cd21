"""What a filter lets through, in tables and in the help: what contains its words, then what has their letters.

Textual's fuzzy search weighs what the help found. Finding is ours: its search tries every way to place the letters,
which takes seconds for the descriptions of 5,000 tools; ours takes one pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.fuzzy import FuzzySearch

#: Separates the cells of a row; letters of a word are looked for within one cell.
_CELL_END: Final = "\n"
#: Longer cells are text, in which the letters of any word are found somewhere.
_FUZZY_CELL: Final = 120
_WEIGHT: Final = FuzzySearch().score


@dataclass(frozen=True, slots=True)
class Searchable:
    """The text of a row: of its cells, and all that a word may be in."""

    cells: str
    text: str

    @classmethod
    def of(cls, cells: Sequence[str], further: str) -> Searchable:
        """``further`` is not shown in the row; words are looked for in it too, their letters are not."""
        shown = _CELL_END.join(cells)
        short = _CELL_END.join(cell[:_FUZZY_CELL] for cell in cells) if len(shown) > _FUZZY_CELL else shown
        return cls(short.casefold(), f"{shown}{_CELL_END}{further}".casefold())


class Query:
    """The words of a filter; a word's letters need not stand together, but the first one begins a word."""

    def __init__(self, text: str) -> None:
        self.words: Final = text.casefold().split()
        self._searches = [(word, _in_order(word)) for word in self.words]

    def __bool__(self) -> bool:
        return bool(self.words)

    def select(self, rows: Sequence[Searchable]) -> list[int]:
        """The places of the rows that match: first those whose cells have all words, then those with the others in
        further text, then those that have only the letters of a word, closest first.
        """
        exact: list[int] = []
        further: list[int] = []
        loose: list[tuple[int, int]] = []
        for place, row in enumerate(rows):
            distance = self._distance(row)
            if distance is None:
                continue
            if distance:
                loose.append((distance, place))
            else:
                (exact if all(word in row.cells for word in self.words) else further).append(place)
        loose.sort()
        return [*exact, *further, *(place for _, place in loose)]

    def _distance(self, row: Searchable) -> int | None:
        """How many letters stand between those of the words; None where the row does not match."""
        distance = 0
        for word, pattern in self._searches:
            if word in row.text:
                continue
            if pattern is None or (found := pattern.search(row.cells)) is None:
                return None
            distance += found.end() - found.start() - len(word) + 1
        return distance

    def weight(self, text: str) -> float:
        """How well all words match ``text``; 0 where one does not."""
        places = [self._places(word, pattern, text.casefold()) for word, pattern in self._searches]
        return sum(_WEIGHT(text.casefold(), found) for found in places) if all(places) else 0.0

    def places_in(self, cell: str) -> set[int]:
        """Which characters of a cell the words match."""
        text = cell.casefold()
        if len(text) != len(cell):  # a letter that is two when folded
            return set()
        return {place for word, pattern in self._searches for place in self._places(word, pattern, text)}

    @staticmethod
    def _places(word: str, pattern: re.Pattern[str] | None, text: str) -> Sequence[int]:
        """Where ``word``, or else its letters, stand in ``text``; empty where they do not."""
        start = text.find(word)
        if start >= 0:
            return range(start, start + len(word))
        if pattern is None or (found := pattern.search(text)) is None:
            return ()
        places = [found.start()]
        for letter in word[1:]:
            places.append(text.index(letter, places[-1] + 1))
        return places


def _in_order(word: str) -> re.Pattern[str] | None:
    """Finds the letters of ``word`` in order; linear, as no letter is passed over twice. None for a single letter."""
    if len(word) < 2:
        return None
    between = "".join(rf"[^{re.escape(letter)}{_CELL_END}]*{re.escape(letter)}" for letter in word[1:])
    return re.compile(rf"(?<![^\W_]){re.escape(word[0])}{between}")
