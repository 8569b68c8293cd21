"""What each level rules about one thing, and how the rulings settle it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LevelName: TypeAlias = Literal["owner", "org", "team", "user", "key", "server"]

#: excludes: a deny, wins over everything · admits: for everybody (``allow_all_keys``) ·
#: omits: says something, and not this · allows · silent: says nothing.
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


def settle(rulings: Sequence[Ruling]) -> tuple[bool, int] | None:
    """The answer and the index of the ruling that decides, or None when every level is silent.

    Of several that say the same, the outermost denies and the innermost allows.
    """
    for verdict, allowed in _ORDER:
        given = [index for index, ruling in enumerate(rulings) if ruling.verdict == verdict]
        if given:
            return allowed, given[-1] if allowed else given[0]
    return None


def ruling_of_list(
    level: LevelName, name: str, table: str, entries: Sequence[str] | None, thing: str, names: Callable[[str], bool]
) -> Ruling:
    """What one level's list of names says about ``thing``; ``names`` tells whether an entry means it.

    A list of only ``!name`` entries takes away and grants nothing by itself.
    """
    who = f"{level} {name}"
    if entries is None:
        return Ruling(level, name, thing, None, "silent", f"{who} says nothing about {table}")
    line = shown(table, entries)
    for text in entries:
        if text.startswith("!") and names(text[1:]):
            return Ruling(level, name, thing, line, "excludes", f"{who} excludes {thing} with {text}")
    granted = [text for text in entries if not text.startswith("!")]
    if any(names(text) for text in granted):
        return Ruling(level, name, thing, line, "allows", f"{who} allows {thing}")
    if entries and not granted:
        return Ruling(level, name, thing, line, "silent", f"{who} only excludes {table}")
    return Ruling(level, name, thing, line, "omits", f"{who} does not allow {thing}")


def shown(table: str, entries: Sequence[str]) -> str:
    """A line of the state file, as the user wrote it."""
    return f"{table} {json.dumps(list(entries), ensure_ascii=False)}"
