"""The Test mode."""

from __future__ import annotations

from typing import Final

from mcptui.tui.playground.actions import ACTIONS
from mcptui.tui.shell.mode import Mode

TEST: Final = Mode(
    id="test",
    title="Test",
    screen="mcptui.tui.playground.screen:PlaygroundScreen",
    actions=ACTIONS,
    reveals=frozenset({"server tools"}),
)
