"""What is on the screen, as text."""

from __future__ import annotations

import re
from typing import Any

from textual.app import App


def text_grid(app: App[Any]) -> str:
    """The visible cells of the active screen, without styles."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001  there is no public way
    rows = ("".join(segment.text for segment in strip).rstrip() for strip in strips)
    return "\n".join(rows) + "\n"


def terminal_output(app: App[Any]) -> str:
    """The active screen as the terminal would receive it, with escape codes."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001
    return "\n".join(strip.render(app.console) for strip in strips)


def svg_scene(app: App[Any]) -> str:
    """The active screen as SVG; ids derive from the content and would touch every line, so they are fixed."""
    return re.sub(r"terminal-\d+", "terminal", app.export_screenshot())
