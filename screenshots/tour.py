"""The moving picture of README.md: the demo as it is, driven by keys."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, Final

from textual.pilot import Pilot

from mcptui.demo.coach import STEPS
from mcptui.demo.run import Demo, demo_workspace
from mcptui.demo.visitors import visiting
from mcptui.tui.context import AppContext
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.options import AppOptions
from screenshots.film import film
from tests.support.pilot import press, settle
from tests.support.screens import svg_scene, text_grid

_SIZE: Final = (120, 32)
_SECONDS: Final = 2.5
_PATIENCE: Final = 30.0
#: Keys, and the text that the picture waits for.
_SHOTS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("j", "j", "j", "j"), "● ready"),
    (("5",), "denied"),
    (("slash", *"outcome", "colon", *"denied"), "denied"),
    (("enter", "a"), "book_room"),
    (("enter",), "3/5"),
    (("2",), "Effective access"),
    (("v",), "search"),
    (("escape", "3"), "calculate"),
    (("enter", "f5"), "42"),
)


def record(file: Path) -> None:
    """Run the demo in a temporary home and write its moving picture to ``file``."""
    with demo_workspace() as demo, visiting(demo, pause=0.5):
        frames = asyncio.run(_record(demo))
    file.write_text(film(frames, seconds=_SECONDS), encoding="utf-8")


async def _record(demo: Demo) -> list[str]:
    context = AppContext(demo.workspace, demo.workspace.gateway)
    app = McptuiApp(context, options=AppOptions(coach=STEPS, reduced_motion=True))
    frames = []
    async with app.run_test(size=_SIZE) as pilot:
        for keys, text in _SHOTS:
            await press(pilot, *keys)
            await _until(pilot, text)
            _check(text_grid(app))
            frames.append(svg_scene(app))
    return frames


def _check(grid: str) -> None:
    """Refuse a picture that shows where it was made.

    Raises:
        AssertionError: it does.
    """
    for path in {sys.prefix, sys.base_prefix, str(Path.cwd()), str(Path.home())} - {"/"}:
        assert path not in grid, f"the picture shows {path}:\n{grid}"


async def _until(pilot: Pilot[Any], text: str) -> None:
    """Wait until ``text`` is on the screen."""
    try:
        async with asyncio.timeout(_PATIENCE):
            while text not in text_grid(pilot.app):
                await asyncio.sleep(0.1)
                await settle(pilot)
    except TimeoutError:
        raise AssertionError(f"{text} does not come:\n{text_grid(pilot.app)}") from None
