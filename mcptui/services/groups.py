"""Named sets of servers, written ``@name`` wherever a server may stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mcptui.model.names import subject_name_problem
from mcptui.services.checks import require, require_free, require_servers, require_valid
from mcptui.services.links import SECTIONS, forget_servers, rename_server, renamed_key
from mcptui.state.encode import default_paths

if TYPE_CHECKING:
    from collections.abc import Collection

    from mcptui.model import Group, State
    from mcptui.services.workspace import Change, Workspace


def create_group(ws: Workspace, group: Group) -> Change:
    """Save a new group.

    Raises:
        RefusedError: the name is bad or taken.
        NotFoundError: it names a server or a group that does not exist.
        StateError: the file cannot be used.
    """
    require_valid("group", group.name, subject_name_problem(group.name))

    def create(state: State) -> State:
        require_free(state.groups, "group", group.name)
        require_servers(state, group.servers)
        return replace(state, groups={**state.groups, group.name: group})

    return ws.change(f"Group {group.name} created", create)


def update_group(
    ws: Workspace, name: str, group: Group, *, expected: str | None = None, unset: Collection[str] = ()
) -> Change:
    """Save a changed group; with another name, ``@name`` follows wherever it stands.

    Args:
        unset: settings that are left to their default; their lines go.

    Raises:
        NotFoundError: there is none of that name, or it newly names something that does not exist.
        RefusedError: the new name is bad or taken, or the file is not of revision ``expected`` any more.
        StateError: the file cannot be used.
    """
    from mcptui.state.store import Rename

    require_valid("group", group.name, subject_name_problem(group.name))
    renamed = group.name != name

    def update(state: State) -> State:
        before = require(state.groups, "group", name)
        if renamed:
            require_free(state.groups, "group", group.name)
        require_servers(state, set(group.servers) - set(before.servers))
        state = replace(state, groups=renamed_key(state.groups, name, group.name, group))
        return rename_server(state, f"@{name}", f"@{group.name}") if renamed else state

    summary = f"Group {name} " + (f"renamed to {group.name}" if renamed else "saved")
    renames = [Rename("groups", name, group.name)] if renamed else []
    paths = default_paths(group, ("groups", group.name), unset)
    return ws.change(summary, update, expected=expected, renames=renames, unset=paths)


def remove_group(ws: Workspace, name: str) -> Change:
    """Remove a group, and ``@name`` wherever access mentions it. Its servers stay.

    Raises:
        NotFoundError: there is no such group.
        StateError: the file cannot be used.
    """

    def remove(state: State) -> State:
        require(state.groups, "group", name)
        kept = {other: group for other, group in state.groups.items() if other != name}
        return forget_servers(replace(state, groups=kept), [f"@{name}"])

    return ws.change(f"Group {name} deleted", remove)


def who_uses_group(state: State, name: str) -> list[str]:
    """Who mentions ``@name``: "team data", "key cursor", "group writing" …"""
    wanted = {f"@{name}", f"!@{name}"}
    return [
        f"{kind} {item.name}"
        for kind, section in (*SECTIONS.items(), ("group", "groups"))
        for item in getattr(state, section).values()
        if wanted & {*(item.servers or ()), *(getattr(item, "tools", None) or {})}
    ]
