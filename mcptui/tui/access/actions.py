"""What can be done in the Access mode."""

from __future__ import annotations

from typing import Final

from mcptui.tui.actions import Action

ACTIONS: Final[tuple[Action, ...]] = ()
