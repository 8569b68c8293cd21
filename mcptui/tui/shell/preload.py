"""Code that the first frame does not wait for: loaded in a thread once it is drawn, before somebody wants it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final

from mcptui.tui.shell.modes import MODES

#: What looking at the gateway needs.
GATEWAY: Final = ("mcptui.supervisor.process",)
#: Screens, then dialogs and what belongs to all modes.
SCREENS_AND_DIALOGS: Final = (
    *(mode.module for mode in MODES.values()),
    *(module for mode in MODES.values() for module in mode.preload),
    "mcptui.services.doctor",
)


def preload(modules: Iterable[str]) -> None:
    """Import ``modules``."""
    for module in modules:
        import_module(module)
