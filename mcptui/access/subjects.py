"""Orgs, teams, users and keys as one tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from mcptui.model import Key, Org, State, Subject, Team, User
from mcptui.model.entities import SubjectKind

#: Outermost level first.
KINDS: Final[tuple[SubjectKind, ...]] = ("org", "team", "user", "key")
KIND_OF: Final[Mapping[type[Subject], SubjectKind]] = {Org: "org", Team: "team", User: "user", Key: "key"}

#: Where a subject stands in the tree: for each level above it and for itself, whether it is the last one there.
Place: TypeAlias = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of one subject."""

    kind: SubjectKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def key(self) -> str:
        """Unique among all subjects; :meth:`parse` reads it."""
        return f"{self.kind}:{self.name}"

    @classmethod
    def parse(cls, key: str) -> Ref:
        """The reference of a :attr:`key`."""
        kind, _, name = key.partition(":")
        return cls(next(known for known in KINDS if known == kind), name)


def table(state: State, kind: SubjectKind) -> Mapping[str, Subject]:
    """All subjects of one kind."""
    tables: Mapping[SubjectKind, Mapping[str, Subject]] = {
        "org": state.orgs,
        "team": state.teams,
        "user": state.users,
        "key": state.keys,
    }
    return tables[kind]


def subject(state: State, ref: Ref) -> Subject | None:
    """The subject that ``ref`` names."""
    return table(state, ref.kind).get(ref.name)


def parent(found: Subject) -> Ref | None:
    """The level above; a key that carries several (by hand in the file) shows its innermost."""
    if isinstance(found, Key) and found.user is not None:
        return Ref("user", found.user)
    if isinstance(found, Key | User) and found.team is not None:
        return Ref("team", found.team)
    if isinstance(found, Key | Team) and found.org is not None:
        return Ref("org", found.org)
    return None


def parents(state: State, ref: Ref) -> tuple[Ref, ...]:
    """The levels above, outermost first."""
    chain: list[Ref] = []
    found = subject(state, ref)
    while found is not None and (above := parent(found)) is not None and above not in chain:
        chain.append(above)
        found = subject(state, above)
    return tuple(reversed(chain))


def walk(state: State) -> Iterator[tuple[Ref, Place]]:
    """All subjects in tree order, each with its place."""
    children: dict[Ref | None, list[Ref]] = {}
    for kind in KINDS:
        for name, found in table(state, kind).items():
            above = parent(found)
            if above is not None and subject(state, above) is None:
                above = None
            children.setdefault(above, []).append(Ref(kind, name))
    for root in children.get(None, ()):
        yield root, ()
        yield from _below(root, children, ())


def _below(ref: Ref, children: Mapping[Ref | None, list[Ref]], place: Place) -> Iterator[tuple[Ref, Place]]:
    inside = children.get(ref, [])
    for number, child in enumerate(inside, start=1):
        yield child, (below := (*place, number == len(inside)))
        yield from _below(child, children, below)


def below(state: State, ref: Ref) -> list[Ref]:
    """Everything that belongs to ``ref``, directly or not."""
    return [other for other, _ in walk(state) if ref in parents(state, other)]


def put(state: State, found: Subject) -> State:
    """``state`` with ``found`` in it, in place of one with its name."""
    kind = KIND_OF[type(found)]
    sections: dict[str, Any] = {f"{kind}s": {**table(state, kind), found.name: found}}
    return replace(state, **sections)


def with_servers(state: State, ref: Ref, servers: tuple[str, ...] | None) -> State:
    """``state`` in which ``ref`` carries other servers."""
    found = subject(state, ref)
    return put(state, replace(found, servers=servers)) if found is not None else state
