"""Every scene of the documentation, as text, and readable in every theme that is shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from mcptui.testing.quiet import quiet
from mcptui.testing.scenes.catalogue import SCENES, Scene, draw
from mcptui.testing.screens import unreadable_texts

_THEME = Scene().theme
_THEMES = ("mcptui-dark", "mcptui-light", "mcptui-contrast", "mcptui-mono")


@pytest.mark.parametrize("name", sorted(name for name, scene in SCENES.items() if scene.theme == _THEME))
async def test_scene(name: str, tmp_path: Path, check_screen: Callable[..., None]) -> None:
    async def look(pilot: Pilot[Any]) -> None:
        check_screen(pilot.app)
        for theme in _THEMES:
            pilot.app.theme = theme
            await quiet(pilot.app)
            assert unreadable_texts(pilot.app) == [], theme

    await draw(SCENES[name], tmp_path, look)
