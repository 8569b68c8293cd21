"""Leaving the app: unsaved work first, then what happens to the gateway."""

from __future__ import annotations

from typing import Final

from mcptui.tui.base import ActionScreen
from mcptui.tui.shell import Shell
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

_LEAVE: Final = (Choice("leave", "Leave without saving", "error"), CANCEL)


async def may_leave(app: Shell) -> bool:
    """Ask what has to be asked; False to stay in the app."""
    unsaved = [screen.unsaved for screen in app.open_screens() if isinstance(screen, ActionScreen) and screen.unsaved]
    if unsaved:
        answer = await app.push_screen_wait(ChoiceDialog("Unsaved changes", "\n".join(unsaved), _LEAVE))
        if answer != "leave":
            return False
    return True
