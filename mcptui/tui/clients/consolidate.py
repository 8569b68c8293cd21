"""Import everything that clients on this machine have, and connect these clients through the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcptui.interop.access import GatewayAccess
from mcptui.interop.clients import CLIENTS, Client
from mcptui.interop.machine import Machine
from mcptui.model import State
from mcptui.protocol.text import counted, one_line
from mcptui.services.clients import client_files, install, installed_in, plan_install
from mcptui.services.import_sources import find_sources
from mcptui.services.imports import Candidate, candidates, import_servers, names_after
from mcptui.services.kept_keys import keep_key
from mcptui.services.keys import create_key
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

_NOTE: Final = (
    "Secrets go to the secret store. Nothing is started, and clients keep the entries that they have now. "
    "u undoes servers and keys; x in Install removes the entry mcptui again."
)
_CHOICES: Final = (CANCEL, Choice("import", "Import and connect", "primary"))


@dataclass(frozen=True, slots=True)
class OnMachine:
    """What clients on this machine have: the servers to import, and by client the names that its own will have."""

    rows: Sequence[Candidate]
    clients: Sequence[tuple[Client, tuple[str, ...]]]

    @property
    def words(self) -> str:
        """How much it is: "3 clients, 14 servers"."""
        return f"{counted(len(self.clients), 'client')}, {counted(len(self.rows), 'server')}"


def on_machine(state: State, machine: Machine) -> OnMachine:
    """Look for configuration files of clients with servers that are not here yet."""
    rows = [row for row in candidates(state, find_sources(machine)) if row.chosen]
    names = names_after(state, rows, {})
    clients = []
    for client in CLIENTS.values():
        files = client_files(client, machine)
        own = tuple(name for row in rows if row.path in files and (name := names[row.id]) is not None)
        if own and not any(installed_in(client, path) for path in files):
            clients.append((client, own))
    return OnMachine(rows, clients)


async def import_and_connect(app: Shell) -> None:
    """Show what will change, and do it when the person wants it. To be run in a worker."""
    machine = app.context.machine
    found = await asyncio.to_thread(on_machine, app.state, machine)
    if not found.clients:
        app.say("No client with MCP servers was found on this machine.")
        return
    dialog = ChoiceDialog(f"Import and connect: {found.words}", _preview(found), _CHOICES)
    if await app.push_screen_wait(dialog) != "import":
        return
    await app.change(lambda ws: import_servers(ws, found.rows).change)
    for client, names in found.clients:
        await _connect(app, client, names)
    app.say(f"{found.words} connected through mcptui. Restart clients that are running.", timeout=10)


async def _connect(app: Shell, client: Client, names: tuple[str, ...]) -> None:
    key = _free_name(client.id, app.state)
    created = await app.write(create_key, name=key, servers=names)
    app.accept(created.change)
    await app.write(keep_key, key, created.secret)
    access = GatewayAccess(base_url=app.state.gateway.base_url, key=None)
    machine = app.context.machine
    plan = await asyncio.to_thread(
        plan_install, app.context.workspace, client.id, key, access, way="command", machine=machine
    )
    await app.write(install, plan)


def _free_name(wanted: str, state: State) -> str:
    names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(state.keys) + 3))]
    return next(name for name in names if name not in state.keys)


def _preview(found: OnMachine) -> str:
    servers = ", ".join(row.server.name for row in found.rows)
    lines = [f"+ {counted(len(found.rows), 'server')}: {one_line(servers, limit=300)}", ""]
    for client, names in found.clients:
        lines.append(f"{client.title}: + key with access to {one_line(', '.join(names), limit=200)}")
        lines.append("    + entry mcptui in its configuration file (a backup is kept)")
    return "\n".join([*lines, "", _NOTE])
