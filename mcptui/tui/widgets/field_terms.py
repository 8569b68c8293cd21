"""Terms ``field:value`` in the filter of a list, as in the filter of calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """One term: a field with one of several values, or without any of them."""

    field: str
    values: tuple[str, ...]
    is_negated: bool

    def fits(self, row: Mapping[str, Sequence[str]]) -> bool:
        """Whether a row with these values is let through."""
        held = [value.casefold() for value in row.get(self.field, ())]
        return any(_is_in(value, each) for value in self.values for each in held) is not self.is_negated


def split_terms(text: str, fields: Collection[str]) -> tuple[tuple[FieldTerm, ...], str]:
    """The terms of a filter about ``fields``, and its other words.

    ``-`` before a term negates it, commas separate alternatives. A value is found anywhere in a field; with ``*`` or
    ``?`` it has to fit the whole.
    """
    terms, words = [], []
    for word in text.split():
        field, colon, value = word.removeprefix("-").partition(":")
        if not colon or field not in fields:
            words.append(word)
        elif values := tuple(filter(None, value.casefold().split(","))):
            terms.append(FieldTerm(field, values, word.startswith("-")))
    return tuple(terms), " ".join(words)


def _is_in(value: str, held: str) -> bool:
    return fnmatchcase(held, value) if "*" in value or "?" in value else value in held
