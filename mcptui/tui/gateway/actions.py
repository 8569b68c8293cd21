"""What can be done in the Gateway mode."""

from __future__ import annotations

from typing import Final

from mcptui.tui.actions import Action

ACTIONS: Final[tuple[Action, ...]] = ()
