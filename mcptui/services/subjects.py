"""Orgs, teams, users and keys: who belongs where and may use what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mcptui.errors import RefusedError
from mcptui.model import Key, Org, Subject, Team, User
from mcptui.model.names import subject_name_problem
from mcptui.services.checks import require, require_free, require_servers, require_valid
from mcptui.services.links import SECTIONS, rename_parent, renamed_key, with_section
from mcptui.state.encode import default_paths

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.model.entities import SubjectKind, ToolRules
    from mcptui.services.workspace import Change, Workspace

_KINDS: Final[Mapping[type[Subject], SubjectKind]] = {Org: "org", Team: "team", User: "user", Key: "key"}
_PARENTS: Final[tuple[SubjectKind, ...]] = ("user", "team", "org")


def create_subject(ws: Workspace, subject: Subject) -> Change:
    """Save a new org, team, user or key.

    Raises:
        RefusedError: the name is bad or taken.
        NotFoundError: it names a parent, a server or a model that does not exist.
        StateError: the file cannot be used.
    """
    kind = _KINDS[type(subject)]
    require_valid(kind, subject.name, subject_name_problem(subject.name))

    def create(state: State) -> State:
        members = _members(state, kind)
        require_free(members, kind, subject.name)
        require_references(state, subject, None)
        return with_section(state, SECTIONS[kind], {**members, subject.name: subject})

    return ws.change(f"{kind.capitalize()} {subject.name} created", create)


def update_subject(
    ws: Workspace,
    kind: SubjectKind,
    name: str,
    subject: Subject,
    *,
    expected: str | None = None,
    unset: Collection[str] = (),
) -> Change:
    """Save a changed org, team, user or key; with another name, its members follow.

    Args:
        unset: settings that are left to their default; their lines go.

    Raises:
        NotFoundError: there is none of that name, or it newly names something that does not exist.
        RefusedError: the new name is bad or taken, or the file is not of revision ``expected`` any more.
        StateError: the file cannot be used.
    """
    from mcptui.state.store import Rename

    require_valid(kind, subject.name, subject_name_problem(subject.name))
    renamed = subject.name != name

    def update(state: State) -> State:
        members = _members(state, kind)
        before = require(members, kind, name)
        if renamed:
            require_free(members, kind, subject.name)
        require_references(state, subject, before)
        state = with_section(state, SECTIONS[kind], renamed_key(members, name, subject.name, subject))
        return rename_parent(state, kind, name, subject.name) if renamed else state

    summary = f"{kind.capitalize()} {name} " + (f"renamed to {subject.name}" if renamed else "saved")
    renames = [Rename(SECTIONS[kind], name, subject.name)] if renamed else []
    paths = default_paths(subject, (SECTIONS[kind], subject.name), unset)
    return ws.change(summary, update, expected=expected, renames=renames, unset=paths)


def remove_subject(ws: Workspace, kind: SubjectKind, name: str) -> Change:
    """Remove an org, team, user or key. Its members stay, without it.

    Raises:
        NotFoundError: there is none of that name.
        StateError: the file cannot be used.
    """

    def remove(state: State) -> State:
        members = _members(state, kind)
        require(members, kind, name)
        kept = {other: member for other, member in members.items() if other != name}
        return rename_parent(with_section(state, SECTIONS[kind], kept), kind, name, None)

    return ws.change(f"{kind.capitalize()} {name} deleted", remove)


def set_servers(
    ws: Workspace, kind: SubjectKind, name: str, servers: tuple[str, ...] | None, *, expected: str | None = None
) -> Change:
    """Set the allowed servers of a level; None unsets them, () allows none.

    Raises:
        NotFoundError: there is no such level, or a server that is newly named does not exist.
        RefusedError: the file is not of revision ``expected`` any more.
        StateError: the file cannot be used.
    """
    return _change_one(ws, kind, name, {"servers": servers}, f"Servers of {kind} {name} saved", expected)


def set_tools(
    ws: Workspace, kind: SubjectKind, name: str, tools: ToolRules | None, *, expected: str | None = None
) -> Change:
    """Set the tool rules of a level, as globs by server; None unsets them.

    Raises:
        NotFoundError: there is no such level, or a server that is newly named does not exist.
        RefusedError: the file is not of revision ``expected`` any more.
        StateError: the file cannot be used.
    """
    return _change_one(ws, kind, name, {"tools": tools}, f"Tools of {kind} {name} saved", expected)


def _change_one(
    ws: Workspace, kind: SubjectKind, name: str, changes: dict[str, Any], summary: str, expected: str | None
) -> Change:
    def change(state: State) -> State:
        members = _members(state, kind)
        before = require(members, kind, name)
        after = replace(before, **changes)
        require_references(state, after, before)
        return with_section(state, SECTIONS[kind], {**members, name: after})

    return ws.change(summary, change, expected=expected)


def _members(state: State, kind: SubjectKind) -> Mapping[str, Subject]:
    members: Mapping[str, Subject] = getattr(state, SECTIONS[kind])
    return members


def require_references(state: State, subject: Subject, before: Subject | None) -> None:
    """Refuse names that lead nowhere, unless they did before: those must not stop another edit."""
    parents = [kind for kind in _PARENTS if getattr(subject, kind, None) is not None]
    if len(parents) > 1 and isinstance(subject, Key):
        raise RefusedError(
            f"key {subject.name} cannot belong to {' and '.join(parents)}", hint="At most one of user, team and org."
        )
    for kind in parents:
        parent = getattr(subject, kind)
        if parent != getattr(before, kind, None):
            require(_members(state, kind), kind, parent)
    known = {*(before.servers or ()), *(before.tools or ())} if before is not None else set()
    named = [*(subject.servers or ()), *(subject.tools or ())]
    require_servers(state, [entry for entry in named if entry not in known])
    known_models = {"*", *((before.models or ()) if before is not None else ())}
    for entry in subject.models or ():
        if entry not in known_models and entry.removeprefix("!") != "*":
            require(state.models, "model", entry.removeprefix("!"))
