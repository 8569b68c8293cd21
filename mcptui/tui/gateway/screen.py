"""The Gateway mode."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from mcptui.tui.actions import bindings
from mcptui.tui.base import ModeScreen
from mcptui.tui.gateway.actions import ACTIONS
from mcptui.tui.widgets.empty_state import EmptyState


class GatewayScreen(ModeScreen):
    """The Gateway mode."""

    MODE = "gateway"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def compose_body(self) -> ComposeResult:
        yield EmptyState("Gateway", "Nothing here yet.")
