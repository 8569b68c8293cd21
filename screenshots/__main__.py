"""Draw every scene into this directory: ``python -m screenshots [NAME …]``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App

from mcptui.testing.scenes.catalogue import SCENES, draw, standing_still
from mcptui.testing.screens import svg_scene

HERE = Path(__file__).parent


async def _draw_all(names: list[str]) -> None:
    for name in names:
        with tempfile.TemporaryDirectory() as home:
            await draw(SCENES[name], Path(home), partial(_save, HERE / f"{name}.svg"))


def _save(file: Path, app: App[Any]) -> None:
    file.write_text(svg_scene(app), encoding="utf-8")
    sys.stderr.write(f"{file.name}\n")


if __name__ == "__main__":
    with standing_still():
        asyncio.run(_draw_all(sys.argv[1:] or list(SCENES)))
