"""Every scene of the documentation, as text, and readable in every theme that is shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.support.quiet import quiet
from tests.support.scenes.catalogue import SCENES, SMALL, WIDE, Scene, draw
from tests.support.screens import unreadable_texts

_THEME = Scene().theme
_NAMES = sorted(name for name, scene in SCENES.items() if scene.theme == _THEME)


@pytest.mark.parametrize("name", _NAMES)
async def test_scene(name: str, tmp_path: Path, check_screen: Callable[..., None]) -> None:
    async def look(pilot: Pilot[Any]) -> None:
        check_screen(pilot.app)

    await draw(SCENES[name], tmp_path, look)


@pytest.mark.soak
@pytest.mark.parametrize("name", _NAMES)
async def test_every_word_is_readable_in_every_theme(name: str, tmp_path: Path) -> None:
    async def look(pilot: Pilot[Any]) -> None:
        for theme in ("mcptui-dark", "mcptui-light", "mcptui-contrast", "mcptui-mono"):
            for size in (SMALL, WIDE):
                await pilot.resize_terminal(*size)
                await _check_words(pilot, theme)

    await draw(SCENES[name], tmp_path, look)


async def _check_words(pilot: Pilot[Any], theme: str) -> None:
    pilot.app.theme = theme
    await quiet(pilot.app)
    assert unreadable_texts(pilot.app) == [], theme
