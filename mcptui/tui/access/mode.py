"""The Access mode."""

from __future__ import annotations

from typing import Final

from mcptui.tui.access import matrix_actions
from mcptui.tui.access.actions import ACTIONS
from mcptui.tui.shell.mode import Mode

ACCESS: Final = Mode(
    id="access",
    title="Access",
    screen="mcptui.tui.access.screen:AccessScreen",
    actions=ACTIONS,
    further={"Access matrix": matrix_actions.ACTIONS},
    reveals=frozenset({"key", "user", "team", "org"}),
)
