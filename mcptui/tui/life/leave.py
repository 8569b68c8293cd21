"""Leaving the app: unsaved work first, then what happens to the gateway."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mcptui.services import settings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.shell.base import ActionScreen
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

_UNSAVED: Final = (Choice("leave", "Leave without saving", "error"), CANCEL)
_GATEWAY: Final = (Choice("stop", "Stop it"), CANCEL, Choice("keep", "Keep it running"))
_QUESTION: Final = """\
Clients can then use it while the app is closed.

The answer is saved; change it with w in Gateway (5)."""


async def may_leave(app: Shell) -> bool:
    """Ask about unsaved work and the gateway, and stop the gateway if wanted; False to stay in the app."""
    return await _may_lose_edits(app) and await _gateway_is_settled(app)


async def _may_lose_edits(app: Shell) -> bool:
    screens = [screen for screen in app.open_screens() if isinstance(screen, ActionScreen)]
    unsaved = [screen.unsaved for screen in screens if screen.unsaved]
    if not unsaved:
        return True
    return await app.push_screen_wait(ChoiceDialog("Unsaved changes", "\n".join(unsaved), _UNSAVED)) == "leave"


async def _gateway_is_settled(app: Shell) -> bool:
    if not app.gateway_view.is_running:
        return True
    survive = app.state.gateway.survive_app
    if survive is None:
        answer = await app.push_screen_wait(ChoiceDialog("Keep the gateway running?", _QUESTION, _GATEWAY))
        if answer == CANCEL.id:
            return False
        survive = answer == "keep"
        if not app.read_only:
            await app.write(settings.update_settings, gateway=replace(app.state.gateway, survive_app=survive))
    if not survive:
        app.gateway_view = GatewayView("stopping", app.gateway_view.status)
        await app.context.gateway.stop()
    return True
