"""The Access mode."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from mcptui.tui.access.actions import ACTIONS
from mcptui.tui.actions import bindings
from mcptui.tui.base import ModeScreen
from mcptui.tui.widgets.empty_state import EmptyState


class AccessScreen(ModeScreen):
    """The Access mode."""

    MODE = "access"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def compose_body(self) -> ComposeResult:
        yield EmptyState("Access", "Nothing here yet.")
