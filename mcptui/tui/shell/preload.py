"""Code that the first frame does not wait for: loaded in a thread once it is drawn, before somebody wants it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final

from mcptui.tui.shell.modes import SCREENS

#: What looking at the gateway needs.
GATEWAY: Final = ("mcptui.supervisor.process",)
#: Screens and dialogs, the likely ones first.
SCREENS_AND_DIALOGS: Final = (
    *(at.partition(":")[0] for at in SCREENS.values()),
    "mcptui.tui.servers.form_screen",
    "mcptui.tui.clients.import_screen",
    "mcptui.tui.clients.install_screen",
    "mcptui.tui.servers.login_dialog",
    "mcptui.tui.servers.bulk_probe",
    "mcptui.services.doctor",
)


def load(modules: Iterable[str]) -> None:
    """Import ``modules``."""
    for module in modules:
        import_module(module)
