"""Every scene of the documentation, as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcptui.testing.scenes.catalogue import SCENES, draw
from mcptui.testing.screens import text_grid

#: These show how long something took.
TIMED = {"test": "How we work.", "chat": "holidays.md"}


@pytest.mark.parametrize("name", sorted(SCENES.keys() - TIMED.keys()))
async def test_scene(name: str, tmp_path: Path, check_screen: Callable[..., None]) -> None:
    await draw(SCENES[name], tmp_path, check_screen)


@pytest.mark.parametrize("name", TIMED)
async def test_timed_scene(name: str, tmp_path: Path) -> None:
    grids: list[str] = []
    await draw(SCENES[name], tmp_path, lambda app: grids.append(text_grid(app)))
    assert TIMED[name] in grids[0]
