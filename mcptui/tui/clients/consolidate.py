"""Import everything that clients on this machine have, and connect these clients through the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mcptui.errors import McptuiError
from mcptui.interop.access import GatewayAccess
from mcptui.interop.clients import CLIENTS, Client
from mcptui.interop.machine import Machine
from mcptui.interop.naming import valid_name
from mcptui.model import Server, State
from mcptui.protocol.text import counted, one_line
from mcptui.services.clients import client_files, install, installed_in, plan_install
from mcptui.services.import_sources import find_sources
from mcptui.services.imports import Candidate, ImportOutcome, candidates, import_servers, names_after, same_server
from mcptui.services.kept_keys import kept_key, problem_of_connect
from mcptui.services.keys import new_key
from mcptui.services.workspace import Change, Workspace
from mcptui.tui.clients.import_rows import remaining_steps
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog, TextDialog

_NOTE: Final = (
    "Secrets go to the secret store. Nothing is started, and clients keep the entries that they have now. "
    "u undoes servers and keys; `mcptui export CLIENT --remove` removes the entry mcptui again."
)
_CHOICES: Final = (CANCEL, Choice("import", "Import and connect", "primary"))


@dataclass(frozen=True, slots=True)
class Unconnected:
    """A client with MCP servers and without our entry: the key that it will get, with access to ``servers``."""

    client: Client
    key: str
    servers: tuple[str, ...]
    #: Whether the key is made for it; else it was, and the client could not be connected then.
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class OnMachine:
    """What clients on this machine have: the servers to import, their names by id, and the clients to connect."""

    rows: Sequence[Candidate]
    names: Mapping[str, str]
    clients: Sequence[Unconnected]

    @property
    def words(self) -> str:
        """How much it is: "3 clients, 14 servers"."""
        servers = {*self.names.values(), *(name for each in self.clients for name in each.servers)}
        return f"{counted(len(self.clients), 'client')}, {counted(len(servers), 'server')}"


def on_machine(state: State, machine: Machine, kept: Collection[str] = ()) -> OnMachine:
    """Look for configuration files of clients that are not connected yet, and for servers that are not here yet.

    Args:
        state: the servers and keys that are here.
        machine: where to look.
        kept: the names of keys that a client can be connected with, since they are in the secret store.
    """
    found = candidates(state, find_sources(machine))
    rows = [row for row in found if row.chosen]
    names = {row: name for row, name in names_after(state, rows, {}).items() if name is not None}
    here = [*state.servers.items(), *((names[row.id], row.server) for row in rows)]
    clients = []
    for client in CLIENTS.values():
        files = client_files(client, machine)
        own = (_name_of(row, names, here) for row in found if row.path in files)
        servers = tuple(dict.fromkeys(name for name in own if name is not None))
        if servers and not any(installed_in(client, path) for path in files):
            is_new = client.id not in kept or not set(servers) <= set(state.keys[client.id].servers or ())
            key = valid_name(client.id, state.keys) if is_new else client.id
            clients.append(Unconnected(client, key, servers, is_new))
    return OnMachine(rows, names, clients)


def _name_of(row: Candidate, names: Mapping[str, str], here: Sequence[tuple[str, Server]]) -> str | None:
    """What a client's server is called here: one that several clients have, or that is here already, is one."""
    return names.get(row.id) or next((name for name, server in here if same_server(server, row.server)), None)


async def import_and_connect(app: Shell) -> None:
    """Show what will change, and do it when the person wants it. To be run in a worker."""
    loaded, machine = app.loaded, app.context.machine
    found = await asyncio.to_thread(_looked_for, app.context.workspace, loaded.state, machine)
    if not found.clients:
        app.say("No client with MCP servers was found on this machine that is not connected yet.")
        return
    problem = await asyncio.to_thread(problem_of_connect, app.context.workspace)
    dialog = ChoiceDialog(f"Import and connect: {found.words}", _preview(found, problem), _CHOICES)
    if await app.push_screen_wait(dialog) != "import":
        return
    keys = [new_key(each.key, servers=each.servers) for each in found.clients if each.is_new]
    done: list[ImportOutcome] = []

    def save(ws: Workspace) -> Change:
        done.append(import_servers(ws, found.rows, keys=keys, expected=loaded.revision))
        return done[-1].change

    if found.rows or keys:
        await app.change(save)
    steps = [step for outcome in done for step in remaining_steps(outcome)]
    connected = []
    for each in found.clients:
        try:
            await app.write(_connect, each, machine)
            connected.append(each.client.title)
        except McptuiError as error:
            way = f"press c in Servers and select the key {each.key}"
            steps.append(f"{each.client.title} is not connected: {error.message}\n    {way}")
    if connected:
        app.say(f"{', '.join(connected)} connected through mcptui. Restart those that are running.", timeout=10)
    if steps:
        app.push_screen(TextDialog("Remaining steps", "\n".join(steps)))


def _looked_for(ws: Workspace, state: State, machine: Machine) -> OnMachine:
    """What is on the machine; the secret store is asked only for keys that bear the name of a client."""
    return on_machine(state, machine, {name for name in CLIENTS if name in state.keys and kept_key(ws, name)})


def _connect(ws: Workspace, each: Unconnected, machine: Machine) -> None:
    access = GatewayAccess(base_url=ws.load().state.gateway.base_url, key=None)
    install(ws, plan_install(ws, each.client.id, each.key, access, way="command", machine=machine))


def _preview(found: OnMachine, problem: str | None) -> str:
    lines = []
    if found.names:
        lines.append(f"+ {counted(len(found.names), 'server')}: {one_line(', '.join(found.names.values()), limit=300)}")
    needs = {found.names[row.id]: one_line(", ".join(row.needs), limit=200) for row in found.rows if row.needs}
    lines += [f"! {name} comes disabled: it needs {wanted}" for name, wanted in needs.items()]
    lines.append("")
    for each in found.clients:
        servers = one_line(", ".join(each.servers), limit=200)
        key = f"+ key {each.key}" if each.is_new else f"key {each.key}"
        lines.append(f"{each.client.title}: {key} with access to {servers}")
        lines.append("    + entry mcptui in its configuration file (an existing file is backed up)")
    if problem is not None:
        lines += ["", f"! {problem}"]
    return "\n".join([*lines, "", _NOTE])
