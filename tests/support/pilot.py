"""Driving the app in tests and scenes."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen

from mcptui.tui.background import ENDLESS
from tests.support.quiet import quiet

_STEP_SECONDS: Final = 0.005


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until the app has nothing to do: no work under way, but for what waits for the answer of a dialog."""
    app = pilot.app
    while True:
        await quiet(app)
        if not app.is_running or not _is_busy(app):
            break
        await asyncio.sleep(_STEP_SECONDS)


def _is_busy(app: App[Any]) -> bool:
    busy = [worker for worker in app.workers if not worker.is_finished and worker.group != ENDLESS]
    if isinstance(app.screen, ModalScreen):
        return any(app.screen in worker.node.ancestors_with_self for worker in busy)
    return bool(busy)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after the other, each when the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def save(pilot: Pilot[Any]) -> None:
    """Save a form and wait until that is done: the form may stay open."""
    await press(pilot, "ctrl+s")
    await saved(pilot)


async def saved(pilot: Pilot[Any]) -> None:
    """Wait until the form that is being saved is."""
    saving = [worker for worker in pilot.app.workers if worker.group == "save"]
    if saving:
        await pilot.app.workers.wait_for_complete(saving)
    await settle(pilot)
