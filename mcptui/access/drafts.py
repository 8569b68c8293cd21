"""Changes of what subjects say about servers, before anything is saved: granting and revoking in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from mcptui.access.levels import ServerSets, levels_of
from mcptui.access.policy import decide
from mcptui.access.subjects import Ref, put, subject
from mcptui.model import State, Subject

#: Subjects as they are to be, by reference; the others stay as they are.
Draft: TypeAlias = Mapping[Ref, Subject]


def drafted(state: State, draft: Draft) -> State:
    """``state`` with ``draft`` in it."""
    for changed in draft.values():
        state = put(state, changed)
    return state


def granted(state: State, refs: Iterable[Ref], entries: Iterable[str]) -> dict[Ref, Subject]:
    """What ``refs`` have to say so that their level allows ``entries`` (servers, ``@group``, ``*``).

    A level without a list inherits. It gets one only where no level above has one: else the list would take away
    what it inherits, and could not add to it.
    """
    return _edited(state, refs, entries, _with)


def revoked(state: State, refs: Iterable[Ref], entries: Iterable[str]) -> dict[Ref, Subject]:
    """What ``refs`` have to say so that they may not use ``entries``.

    An entry of their list is taken out; what they could use all the same (by a group, ``*``, the levels above,
    ``allow_all_keys``) is excluded with ``!``.
    """
    return _edited(state, refs, entries, _without)


def limits(servers: tuple[str, ...] | None) -> bool:
    """Whether a ``servers`` list limits to what it names, as opposed to saying nothing or only excluding."""
    return servers is not None and (not servers or any(not entry.startswith("!") for entry in servers))


def _edited(
    state: State, refs: Iterable[Ref], entries: Iterable[str], edit: Callable[[State, Ref, Subject, str], Subject]
) -> dict[Ref, Subject]:
    wanted = tuple(dict.fromkeys(entries))
    draft: dict[Ref, Subject] = {}
    for ref in refs:
        before = found = subject(state, ref)
        if found is None:
            continue
        for entry in wanted:
            found = edit(put(state, found), ref, found, entry)
        if found != before:
            draft[ref] = found
    return draft


def _with(state: State, ref: Ref, found: Subject, entry: str) -> Subject:
    denied = f"!{entry}"
    servers = found.servers
    if servers is not None and denied in servers:
        # A list of nothing but exclusions is unset once they are gone; it must not begin to allow none.
        servers = tuple(each for each in servers if each != denied) or (None if not limits(servers) else ())
        found = replace(found, servers=servers)
    above = levels_of(state, ref)[:-1]
    inherits = not limits(servers) and any(level.subject and limits(level.subject.servers) for level in above)
    sets = ServerSets(state)
    line, named = sets.line(servers), sets.named_by(entry)
    if inherits or entry in (servers or ()) or (named and all(line.verdict(name) == "allows" for name in named)):
        return found
    return replace(found, servers=(*(servers or ()), entry))


def _without(state: State, ref: Ref, found: Subject, entry: str) -> Subject:
    servers = found.servers
    if servers is not None and entry in servers:
        rest = tuple(each for each in servers if each != entry)
        # With nothing but exclusions left the list would be unset, and what it did not name would be inherited.
        if limits(rest):
            servers = rest
            found = replace(found, servers=servers)
            state = put(state, found)
    sets = ServerSets(state)
    access = decide(state, ref, sets)
    if f"!{entry}" in (servers or ()) or not any(map(access.allows_server, sets.named_by(entry))):
        return found
    excluded = (*(servers or ()), f"!{entry}")
    # A list that allows none must not become one that only excludes.
    return replace(found, servers=(entry, *excluded) if limits(servers) and not limits(excluded) else excluded)
