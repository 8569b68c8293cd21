"""Every scene of the documentation, as text; a theme shows only in the pictures, so each text is drawn once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcptui.testing.scenes.catalogue import SCENES, Scene, draw

_THEME = Scene().theme


@pytest.mark.parametrize("name", sorted(name for name, scene in SCENES.items() if scene.theme == _THEME))
async def test_scene(name: str, tmp_path: Path, check_screen: Callable[..., None]) -> None:
    await draw(SCENES[name], tmp_path, check_screen)
