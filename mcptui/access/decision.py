"""What each level rules about one thing, and how the rulings settle it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LevelName: TypeAlias = Literal["owner", "org", "team", "user", "key", "server"]

#: excludes: a deny, wins over everything · admits: for everybody (``allow_all_keys``) ·
#: omits: set, without this · allows · silent: not set.
Verdict: TypeAlias = Literal["excludes", "admits", "omits", "allows", "silent"]

# The first verdict of this order that some level gives settles the matter.
_ORDER: Final[tuple[tuple[Verdict, bool], ...]] = (
    ("excludes", False),
    ("admits", True),
    ("omits", False),
    ("allows", True),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, with the level, its name and its line in the state file that decide."""

    allowed: bool
    level: LevelName
    subject: str | None
    entry: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one level says about ``thing``; ``reason`` is the sentence if this one decides."""

    level: LevelName
    subject: str | None
    thing: str
    entry: str | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """All rulings on one thing, outermost level first, and the one of them that decides."""

    rulings: tuple[Ruling, ...]
    allowed: bool
    deciding: int

    @property
    def decision(self) -> Decision:
        """The outcome without the rulings that did not matter."""
        ruling = self.rulings[self.deciding]
        return Decision(self.allowed, ruling.level, ruling.subject, ruling.entry, ruling.reason)


def settle(verdicts: Sequence[Verdict]) -> tuple[bool, int] | None:
    """The answer and the index of the verdict that decides, or None when every level is silent.

    Of several that say the same, the outermost denies and the innermost allows.
    """
    for verdict, allowed in _ORDER:
        if verdict in verdicts:
            return allowed, len(verdicts) - 1 - verdicts[::-1].index(verdict) if allowed else verdicts.index(verdict)
    return None


class Line:
    """One level's list of names, resolved. A list of only ``!name`` entries takes away and grants nothing by itself.

    Args:
        entries: the list; None: not set.
        named_by: the things that an entry without its ``!`` means.
    """

    __slots__ = ("_excluded", "_granted", "_otherwise", "entries")

    def __init__(self, entries: Sequence[str] | None, named_by: Callable[[str], Iterable[str]]) -> None:
        self.entries = entries
        denied = [text for text in entries or () if text.startswith("!")]
        granted = [text for text in entries or () if not text.startswith("!")]
        # The first entry that excludes a name is the one that is shown.
        self._excluded = {name: text for text in reversed(denied) for name in named_by(text[1:])}
        self._granted = frozenset(name for text in granted for name in named_by(text))
        self._otherwise: Verdict = "silent" if entries is None or (denied and not granted) else "omits"

    def verdict(self, thing: str) -> Verdict:
        """What the list says about ``thing``."""
        if thing in self._excluded:
            return "excludes"
        return "allows" if thing in self._granted else self._otherwise

    def ruling(self, level: LevelName, name: str, table: str, thing: str) -> Ruling:
        """The verdict of level ``name``, whose list is called ``table``, in words."""
        who = f"{level} {name}"
        verdict = self.verdict(thing)
        match verdict:
            case "excludes":
                reason = f"{who} denies {thing} with {self._excluded[thing]}"
            case "allows":
                reason = f"{who} allows {thing}"
            case "omits":
                reason = f"{who} does not allow {thing}"
            case _:
                reason = f"{who} {'does not set' if self.entries is None else 'only denies'} {table}"
        line = None if self.entries is None else shown(table, self.entries)
        return Ruling(level, name, thing, line, verdict, reason)


def shown(table: str, entries: Sequence[str]) -> str:
    """A line of the state file, as the user wrote it."""
    return f"{table} {json.dumps(list(entries), ensure_ascii=False)}"
