"""The Servers mode."""

from __future__ import annotations

from typing import Final

from mcptui.tui.clients.actions import IMPORT_ACTIONS, INSTALL_ACTIONS
from mcptui.tui.servers.actions import ACTIONS, FORM_ACTIONS
from mcptui.tui.shell.mode import Mode

SERVERS: Final = Mode(
    id="servers",
    title="Servers",
    screen="mcptui.tui.servers.screen:ServersScreen",
    actions=ACTIONS,
    further={
        "Add or edit a server": FORM_ACTIONS,
        "Import servers": IMPORT_ACTIONS,
        "Install into a client": INSTALL_ACTIONS,
    },
    preload=(
        "mcptui.tui.servers.form_screen",
        "mcptui.tui.clients.import_screen",
        "mcptui.tui.clients.install_screen",
        "mcptui.tui.servers.login_dialog",
        "mcptui.tui.servers.bulk_probe",
        "mcptui.tui.servers.probe_dialog",
    ),
    reveals=frozenset({"server"}),
)
