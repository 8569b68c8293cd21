"""What is on the screen, as text."""

from __future__ import annotations

import re
from typing import Any

from textual.app import App
from textual.strip import Strip

from mcptui.protocol.text import visible
from mcptui.testing.quiet import draw


def text_grid(app: App[Any]) -> str:
    """The visible cells of the active screen, without styles."""
    rows = ("".join(segment.text for segment in strip).rstrip() for strip in _strips(app))
    return "\n".join(rows) + "\n"


def _strips(app: App[Any]) -> list[Strip]:
    draw(app)  # tells the compositor which screens shine through
    return app.screen._compositor.render_strips()  # noqa: SLF001  there is no public way


def terminal_output(app: App[Any]) -> str:
    """The active screen as the terminal would receive it, with escape codes."""
    return "\n".join(strip.render(app.console) for strip in _strips(app))


def unsafe_texts(app: App[Any]) -> list[str]:
    """Drawn texts with characters that would do something in a terminal, or hide; escape codes are no texts."""
    texts = (segment.text for strip in _strips(app) for segment in strip)
    return [repr(text) for text in texts if visible(text) != text or "\n" in text or "\t" in text]


def svg_scene(app: App[Any]) -> str:
    """The active screen as SVG; ids derive from the content and would touch every line, so they are fixed."""
    return re.sub(r"terminal-\d+", "terminal", app.export_screenshot())
