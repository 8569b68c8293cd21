"""All actions of the app, scope by scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mcptui.tui.access import actions as access
from mcptui.tui.access import matrix_actions
from mcptui.tui.chat import actions as chat
from mcptui.tui.clients import actions as clients
from mcptui.tui.gateway import actions as gateway
from mcptui.tui.keys.actions import Action, keys_label
from mcptui.tui.playground import actions as test
from mcptui.tui.servers import actions as servers
from mcptui.tui.shell import app_actions
from mcptui.tui.shell.app_actions import MODE_TITLES

#: The actions of each mode's base screen.
MODE_ACTIONS: Final[Mapping[str, Sequence[Action]]] = {
    "servers": servers.ACTIONS,
    "access": access.ACTIONS,
    "test": test.ACTIONS,
    "chat": chat.ACTIONS,
    "gateway": gateway.ACTIONS,
}

#: Screens and dialogs on top of a mode, by title.
FURTHER_ACTIONS: Final[Mapping[str, Sequence[Action]]] = {
    "Access matrix": matrix_actions.ACTIONS,
    "Add or edit a server": servers.FORM_ACTIONS,
    "Import servers": clients.IMPORT_ACTIONS,
    "Install into a client": clients.INSTALL_ACTIONS,
}

APP_ACTIONS: Final = app_actions.ACTIONS


def sections() -> Iterator[tuple[str, Sequence[Action]]]:
    """Title and actions of every part of the app, as the documentation shows them."""
    yield "Everywhere", APP_ACTIONS
    for mode, actions in MODE_ACTIONS.items():
        yield MODE_TITLES[mode], actions
    yield from FURTHER_ACTIONS.items()


def key_table() -> str:
    """All keys as Markdown tables, for the documentation."""
    parts = []
    for title, actions in sections():
        rows = [f"| {keys_label(action) or '–'} | {action.title} | `{action.id}` |" for action in actions]
        if rows:
            parts.append("\n".join([f"### {title}", "", "| Keys | Action | Id |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"
