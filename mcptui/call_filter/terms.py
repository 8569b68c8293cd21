"""The terms of a call filter, as values and as tests of a record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import orjson

from mcptui.model.runtime import CallRecord, Outcome


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text to look for.

    Attributes:
        kind: "within": occurs anywhere as it is · "exact": is all of it · "word": as "within", but with ``*``
            or ``?`` in it, it has to fit all of it.
    """

    text: str
    kind: Literal["word", "exact", "within"] = "word"
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        regex = re.escape(self.text)
        if self.is_wild:
            regex = regex.replace(r"\*", ".*").replace(r"\?", ".")
        elif self.kind != "exact":
            regex = f".*{regex}.*"
        # A store that searches in SQL knows upper and lower case of ASCII only, and both have to agree.
        object.__setattr__(self, "_regex", re.compile(regex, re.IGNORECASE | re.ASCII | re.DOTALL))

    @property
    def is_wild(self) -> bool:
        """Whether ``*`` and ``?`` in it stand for other characters."""
        return self.kind == "word" and any(char in self.text for char in "*?")

    def fits(self, text: str | None) -> bool:
        """Whether ``text`` is there and fits."""
        return text is not None and self._regex.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class TextTerm:
    """One of ``patterns`` fits one of ``fields``."""

    fields: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    negated: bool = False

    def matches(self, record: CallRecord) -> bool:
        """Whether ``record`` fulfils it."""
        fits = any(pattern.fits(getattr(record, name)) for name in self.fields for pattern in self.patterns)
        return fits is not self.negated


@dataclass(frozen=True, slots=True)
class OutcomeTerm:
    """The outcome is one of some."""

    outcomes: frozenset[Outcome]
    negated: bool = False

    def matches(self, record: CallRecord) -> bool:
        """Whether ``record`` fulfils it."""
        return (record.outcome in self.outcomes) is not self.negated


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """A number, or a moment in seconds since the epoch, is at least ``bound``, or less."""

    field: str
    bound: float
    less: bool = False

    def matches(self, record: CallRecord) -> bool:
        """Whether ``record`` fulfils it."""
        is_less: bool = getattr(record, self.field) < self.bound
        return is_less is self.less


@dataclass(frozen=True, slots=True)
class BodyTerm:
    """A text occurs in the request, the answer, or what was said between them, as JSON."""

    pattern: Pattern
    negated: bool = False

    def matches(self, record: CallRecord) -> bool:
        """Whether ``record`` fulfils it."""
        values = (record.params, record.result, record.events or None)
        fits = any(self.pattern.fits(as_text(value)) for value in values)
        return fits is not self.negated


Term: TypeAlias = TextTerm | OutcomeTerm | NumberTerm | BodyTerm


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Terms that all must hold."""

    terms: tuple[Term, ...] = ()

    def matches(self, record: CallRecord) -> bool:
        """Whether ``record`` fulfils all terms."""
        return all(term.matches(record) for term in self.terms)


def as_text(value: object) -> str | None:
    """A part of a body as it is stored."""
    return None if value is None else orjson.dumps(value).decode("utf-8")
