"""Draw scenes: ``python -m screenshots [NAME …] [--gallery DIR]``.

Without ``--gallery`` into this directory, as the documentation shows them; with it into DIR, each in every theme and
size, to be looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from textual.pilot import Pilot

from screenshots.tour import record
from tests.support.scenes.catalogue import SCENES, SMALL, WIDE, Scene, draw, standing_still
from tests.support.screens import svg_scene

#: The moving picture of README.md.
_TOUR: Final = "demo"
HERE: Final = Path(__file__).parent
_THEMES: Final = ("mcptui-dark", "mcptui-light", "mcptui-contrast", "mcptui-mono")


async def _draw(scene: Scene, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        await draw(scene, Path(home), partial(_save, file))


async def _save(file: Path, pilot: Pilot[Any]) -> None:
    file.write_text(svg_scene(pilot.app), encoding="utf-8")
    sys.stderr.write(f"{file.name}\n")


async def _draw_all(names: list[str], gallery: Path | None) -> None:
    for name in names:
        scene = SCENES[name]
        if gallery is None:
            await _draw(scene, HERE / f"{name}.svg")
        elif scene.theme == Scene().theme:  # the others are variants of these
            for theme in _THEMES:
                for size in (SMALL, WIDE):
                    file = gallery / theme / f"{size[0]}x{size[1]}" / f"{name}.svg"
                    await _draw(replace(scene, theme=theme, size=size), file)


def main() -> None:
    """Draw what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m screenshots")
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenes, or demo; all by default")
    parser.add_argument("--gallery", type=Path, metavar="DIR", help="every scene in every theme and size, into DIR")
    options = parser.parse_args()
    with standing_still():
        asyncio.run(_draw_all([name for name in options.names or SCENES if name != _TOUR], options.gallery))
    if options.gallery is None and _TOUR in (options.names or [_TOUR]):
        # Another surrounding: the demo runs as it is, with its gateway and the time of this moment.
        record(HERE / f"{_TOUR}.svg")


if __name__ == "__main__":
    main()
