"""The Servers mode."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from mcptui.tui.actions import bindings
from mcptui.tui.base import ModeScreen
from mcptui.tui.servers.actions import ACTIONS
from mcptui.tui.widgets.empty_state import EmptyState


class ServersScreen(ModeScreen):
    """The Servers mode."""

    MODE = "servers"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def compose_body(self) -> ComposeResult:
        yield EmptyState("Servers", "Nothing here yet.")

    @property
    def current(self) -> str | None:
        """The server under the cursor."""
        return None
