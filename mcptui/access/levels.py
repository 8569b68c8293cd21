"""The levels above a key, outermost first, and the server lists that they carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcptui.access.decision import Line
from mcptui.access.subjects import Ref, subject
from mcptui.model import Key, State, Subject, Team, User

if TYPE_CHECKING:
    from mcptui.model.entities import SubjectKind


@dataclass(frozen=True, slots=True)
class Level:
    """One level; ``subject`` is None where a name refers to nothing, which denies everything."""

    kind: SubjectKind
    name: str
    subject: Subject | None


def levels_of(state: State, ref: Ref) -> tuple[Level, ...]:
    """``ref`` and everything that it belongs to: org, team, user and key."""
    levels: list[Level] = []
    _climb(state, ref, levels)
    return tuple(reversed(levels))


def _climb(state: State, ref: Ref, levels: list[Level]) -> None:
    found = subject(state, ref)
    levels.append(Level(ref.kind, ref.name, found))
    # A key has at most one parent; should a state carry more, all of them count.
    if isinstance(found, Key) and found.user is not None:
        _climb(state, Ref("user", found.user), levels)
    if isinstance(found, Key | User) and found.team is not None:
        _climb(state, Ref("team", found.team), levels)
    if isinstance(found, Key | Team) and found.org is not None:
        _climb(state, Ref("org", found.org), levels)


class ServerSets:
    """Resolves ``servers`` lists against one state."""

    __slots__ = ("_groups", "_lines", "_state")

    def __init__(self, state: State) -> None:
        self._state = state
        self._groups: dict[str, frozenset[str]] = {}
        self._lines: dict[tuple[str, ...] | None, Line] = {}

    def line(self, entries: tuple[str, ...] | None) -> Line:
        """A ``servers`` list, resolved once for all levels that carry the same."""
        line = self._lines.get(entries)
        if line is None:
            line = self._lines[entries] = Line(entries, self.named_by)
        return line

    def named_by(self, entry: str) -> frozenset[str]:
        """The servers that ``name``, ``@group`` or ``*`` means; unknown names mean none."""
        if entry == "*":
            return frozenset(self._state.servers)
        if not entry.startswith("@"):
            return frozenset({entry})
        name = entry[1:]
        if name not in self._groups:
            self._groups[name] = self._members(name, frozenset())
        return self._groups[name]

    def _members(self, name: str, inside: frozenset[str]) -> frozenset[str]:
        """A group's servers. A group that contains itself adds nothing there."""
        group = self._state.groups.get(name)
        if group is None or name in inside:
            return frozenset()
        listed: set[str] = set()
        excluded: set[str] = set()
        for entry in group.servers:
            target, plain = (excluded, entry[1:]) if entry.startswith("!") else (listed, entry)
            if plain.startswith("@"):
                target |= self._members(plain[1:], inside | {name})
            else:
                target |= self.named_by(plain)
        return frozenset(listed - excluded)
