"""The terms of a call filter, each as an SQL condition and as a test of a record: both say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, Protocol

import orjson

from mcptui.model.runtime import CallRecord, Outcome

_ESCAPED_IN_LIKE = re.compile(r"[%_\\]")


class Term(Protocol):
    """One condition."""

    def where(self) -> tuple[str, list[object]]:
        """The condition on the table ``calls``, and its parameters."""

    def matches(self, record: CallRecord) -> bool:
        """Whether ``record`` fulfils it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text to look for.

    Attributes:
        kind: "within": occurs anywhere as it is · "exact": is all of it · "word": as "within", but with ``*``
            or ``?`` in it, it has to fit all of it.
    """

    text: str
    kind: Literal["word", "exact", "within"] = "word"
    like: str = field(init=False)
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        wild = self.kind == "word" and any(char in self.text for char in "*?")
        like = _ESCAPED_IN_LIKE.sub(r"\\\g<0>", self.text)
        regex = re.escape(self.text)
        if wild:
            like = like.replace("*", "%").replace("?", "_")
            regex = regex.replace(r"\*", ".*").replace(r"\?", ".")
        elif self.kind != "exact":
            like, regex = f"%{like}%", f".*{regex}.*"
        object.__setattr__(self, "like", like)
        # SQLite's LIKE knows upper and lower case of ASCII only.
        object.__setattr__(self, "_regex", re.compile(regex, re.IGNORECASE | re.ASCII | re.DOTALL))

    def fits(self, text: str | None) -> bool:
        """Whether ``text`` is there and fits."""
        return text is not None and self._regex.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class TextTerm:
    """One of ``patterns`` fits one of ``columns``."""

    columns: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    negated: bool = False

    def where(self) -> tuple[str, list[object]]:
        pairs = [(column, pattern.like) for column in self.columns for pattern in self.patterns]
        # A field that is not there fits nothing.
        sql = " OR ".join(rf"coalesce({column} LIKE ? ESCAPE '\', 0)" for column, _ in pairs)
        return f"{'NOT ' if self.negated else ''}({sql})", [like for _, like in pairs]

    def matches(self, record: CallRecord) -> bool:
        fits = any(pattern.fits(getattr(record, column)) for column in self.columns for pattern in self.patterns)
        return fits is not self.negated


@dataclass(frozen=True, slots=True)
class OutcomeTerm:
    """The outcome is one of some."""

    outcomes: frozenset[Outcome]
    negated: bool = False

    def where(self) -> tuple[str, list[object]]:
        marks = ", ".join("?" * len(self.outcomes))
        return f"outcome {'NOT ' if self.negated else ''}IN ({marks})", list[object](sorted(self.outcomes))

    def matches(self, record: CallRecord) -> bool:
        return (record.outcome in self.outcomes) is not self.negated


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """A number, or a moment in seconds since the epoch, is at least ``bound``, or less."""

    column: str
    bound: float
    less: bool = False

    def where(self) -> tuple[str, list[object]]:
        return f"{self.column} {'<' if self.less else '>='} ?", [self.bound]

    def matches(self, record: CallRecord) -> bool:
        is_less: bool = getattr(record, self.column) < self.bound
        return is_less is self.less


@dataclass(frozen=True, slots=True)
class BodyTerm:
    """A text occurs in the request, the answer, or what was said between them, as JSON."""

    pattern: Pattern
    negated: bool = False

    def where(self) -> tuple[str, list[object]]:
        columns = ("params", "result", "events")
        sql = " OR ".join(rf"coalesce({column} LIKE ? ESCAPE '\', 0)" for column in columns)
        like = self.pattern.like
        found = f"EXISTS (SELECT 1 FROM bodies WHERE bodies.id = calls.id AND ({sql}))"  # noqa: S608  columns of ours
        return f"{'NOT ' if self.negated else ''}{found}", [like] * len(columns)

    def matches(self, record: CallRecord) -> bool:
        values = (record.params, record.result, record.events or None)
        fits = any(self.pattern.fits(as_text(value)) for value in values)
        return fits is not self.negated


def as_text(value: object) -> str | None:
    """A part of a body as it is stored."""
    return None if value is None else orjson.dumps(value).decode("utf-8")
