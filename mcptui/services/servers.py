"""Servers: add, change, remove, switch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mcptui.access.levels import ServerSets
from mcptui.model.names import server_name_problem
from mcptui.services.checks import (
    require,
    require_distinct,
    require_free,
    require_plain_arguments,
    require_valid,
)
from mcptui.services.links import SECTIONS, forget_servers, rename_server, renamed_key
from mcptui.services.secrets import save_with_secrets
from mcptui.state.encode import default_paths
from mcptui.state.extract_secrets import extract_secrets

if TYPE_CHECKING:
    from mcptui.model import Server, State, Subject
    from mcptui.services.workspace import Change, Workspace


def add_server(ws: Workspace, server: Server, *, replace: bool = False, expected: str | None = None) -> Change:
    """Save a new server; secrets written out in it go to the secret store.

    Raises:
        RefusedError: the name is bad or taken, a secret is among the arguments, or the file is not of revision
            ``expected`` any more.
        SecretError: a secret cannot be kept; nothing is saved then.
        StateError: the server, or the file, cannot be used.
    """
    return add_servers(ws, [server], replace=replace, expected=expected)


def add_servers(
    ws: Workspace, servers: Sequence[Server], *, replace: bool = False, expected: str | None = None
) -> Change:
    """The same of several, all or none.

    Raises:
        RefusedError: as there, of any of them.
        SecretError: as there.
        StateError: as there.
    """
    stripped: dict[str, Server] = {}
    secrets: dict[str, str] = {}
    for server in servers:
        require_valid("server", server.name, server_name_problem(server.name))
        stripped[server.name], extracted = extract_secrets(server)
        require_plain_arguments(stripped[server.name])
        secrets |= extracted

    def add(state: State) -> State:
        for name, server in stripped.items():
            if not replace:
                require_free(state.servers, "server", name)
            require_distinct(state.servers, name)
            state = _with_servers(state, {**state.servers, name: server})
        return state

    names = ", ".join(stripped)
    summary = f"Server {names} added" if len(stripped) == 1 else f"Servers {names} added"
    return save_with_secrets(ws, summary, add, secrets, expected=expected)


def update_server(
    ws: Workspace, name: str, server: Server, *, expected: str | None = None, unset: Collection[str] = ()
) -> Change:
    """Save a changed server; with another name, lists and tools tables follow.

    Secrets that it has no use for any more stay, for undo (:mod:`mcptui.services.orphaned_secrets`).

    Args:
        unset: settings that are left to their default; their lines go.

    Raises:
        NotFoundError: there is no server ``name``.
        RefusedError: the new name is bad or taken, a secret is among the arguments, or the file is not of revision
            ``expected`` any more.
        SecretError: a secret cannot be kept; nothing is saved then.
        StateError: the server, or the file, cannot be used.
    """
    from mcptui.state.store import Rename

    require_valid("server", server.name, server_name_problem(server.name))
    renamed = server.name != name

    def update(state: State) -> State:
        require(state.servers, "server", name)
        if renamed:
            require_free(state.servers, "server", server.name)
            require_distinct(state.servers.keys() - {name}, server.name)
            state = rename_server(state, name, server.name)
        return _with_servers(state, renamed_key(state.servers, name, server.name, stripped))

    stripped, secrets = extract_secrets(server)
    require_plain_arguments(stripped)
    if renamed:
        secrets |= _moved_logins(ws, name, stripped)
    summary = f"Server {name} renamed to {server.name}" if renamed else f"Server {name} saved"
    renames = [Rename("servers", name, server.name)] if renamed else []
    paths = default_paths(stripped, ("servers", server.name), unset)
    return save_with_secrets(ws, summary, update, secrets, expected=expected, renames=renames, unset=paths)


def _moved_logins(ws: Workspace, name: str, server: Server) -> dict[str, str]:
    """The logins of the server that was called ``name``, under the paths of its new name."""
    state = ws.load().state
    if (old := state.servers.get(name)) is None:
        return {}
    paths = zip(old.login_paths(state.keys), server.login_paths(state.keys), strict=False)
    return {new: login for before, new in paths if (login := ws.secrets.get(before)) is not None}


def remove_server(ws: Workspace, names: Sequence[str]) -> Change:
    """Remove servers, and their names wherever access mentions them.

    Their secrets stay, for undo (:mod:`mcptui.services.orphaned_secrets`).

    Raises:
        NotFoundError: one does not exist; nothing is removed then.
    """

    def remove(state: State) -> State:
        for name in names:
            require(state.servers, "server", name)
        kept = {name: server for name, server in state.servers.items() if name not in names}
        return _with_servers(forget_servers(state, names), kept)

    return ws.change(f"{_called(names)} deleted", remove)


def set_servers_enabled(ws: Workspace, names: Sequence[str], enabled: bool) -> Change:
    """Switch servers on or off.

    Raises:
        NotFoundError: one does not exist; nothing is changed then.
    """

    def switch(state: State) -> State:
        servers = dict(state.servers)
        for name in names:
            servers[name] = replace(require(servers, "server", name), enabled=enabled)
        return _with_servers(state, servers)

    return ws.change(f"{_called(names)} {'enabled' if enabled else 'disabled'}", switch)


def tag_servers(ws: Workspace, names: Sequence[str], add: Sequence[str], remove: Sequence[str] = ()) -> Change:
    """Add tags to servers and take others away.

    Raises:
        NotFoundError: one does not exist; nothing is changed then.
    """

    def tag(state: State) -> State:
        servers = dict(state.servers)
        for name in names:
            server = require(servers, "server", name)
            tags = dict.fromkeys([*server.tags, *add])
            servers[name] = replace(server, tags=tuple(tag for tag in tags if tag not in remove))
        return _with_servers(state, servers)

    return ws.change(f"{_called(names)} tagged", tag)


def who_uses(state: State, name: str) -> list[str]:
    """Whose own list allows server ``name``: "team data", "key cursor" …"""
    sets = ServerSets(state)
    return [
        f"{kind} {subject.name}"
        for kind, section in SECTIONS.items()
        for subject in getattr(state, section).values()
        if _allows(sets, subject, name)
    ]


def _allows(sets: ServerSets, subject: Subject, name: str) -> bool:
    entries = subject.servers or ()
    excluded = any(name in sets.named_by(entry[1:]) for entry in entries if entry.startswith("!"))
    return not excluded and any(name in sets.named_by(entry) for entry in entries if not entry.startswith("!"))


def _with_servers(state: State, servers: dict[str, Server]) -> State:
    return replace(state, servers=servers)


def _called(names: Sequence[str]) -> str:
    return f"Server {names[0]}" if len(names) == 1 else f"Servers {', '.join(names)}"
