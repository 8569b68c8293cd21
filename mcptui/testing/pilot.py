"""Driving the app in tests and scenes."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from textual.pilot import Pilot
from textual.screen import ModalScreen

from mcptui.tui.background import ENDLESS

_STEP_SECONDS: Final = 0.02


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until the app has nothing to do: no work under way, or a dialog that waits for an answer."""
    quiet = 0
    while quiet < 2:  # what the first quiet moment finds done may have left messages behind
        await pilot.pause()
        busy = [worker for worker in pilot.app.workers if not worker.is_finished and worker.group != ENDLESS]
        if not busy or isinstance(pilot.app.screen, ModalScreen):
            quiet += 1
        else:
            quiet = 0
            await asyncio.sleep(_STEP_SECONDS)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after the other, each when the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
