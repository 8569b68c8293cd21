"""The Test mode."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from mcptui.tui.actions import bindings
from mcptui.tui.base import ModeScreen
from mcptui.tui.test.actions import ACTIONS
from mcptui.tui.widgets.empty_state import EmptyState


class TestScreen(ModeScreen):
    """The Test mode."""

    MODE = "test"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def compose_body(self) -> ComposeResult:
        yield EmptyState("Test", "Nothing here yet.")
