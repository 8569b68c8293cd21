"""Every scene of the documentation, as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcptui.testing.scenes.catalogue import SCENES, draw


@pytest.mark.parametrize("name", sorted(SCENES))
async def test_scene(name: str, tmp_path: Path, check_screen: Callable[..., None]) -> None:
    await draw(SCENES[name], tmp_path, check_screen)
