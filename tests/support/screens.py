"""What is on the screen, as text."""

from __future__ import annotations

import re
from typing import Any, Final

from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.app import App
from textual.screen import ModalScreen
from textual.strip import Strip

from mcptui.protocol.text import visible
from tests.support.quiet import draw


def text_grid(app: App[Any]) -> str:
    """The visible cells of the active screen, without styles."""
    rows = ("".join(segment.text for segment in strip).rstrip() for strip in _strips(app))
    return "\n".join(rows) + "\n"


def _strips(app: App[Any]) -> list[Strip]:
    draw(app)  # tells the compositor which screens shine through
    return app.screen._compositor.render_strips()


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


#: Lower contrasts (WCAG 2.2, 1.4.3) cannot be read by anybody; placeholders are not far above.
LEAST_CONTRAST: Final = 1.9


def unreadable_texts(app: App[Any]) -> list[str]:
    """Drawn words that hardly differ from what is behind them; under a dialog they are faint on purpose."""
    screen = app.screen
    part = screen.children[0].region if isinstance(screen, ModalScreen) and screen.children else screen.region
    found = []
    for y, strip in enumerate(_strips(app)):
        if part.y <= y < part.bottom:
            for segment in strip.crop(part.x, part.right):
                text, style = segment.text.strip(), segment.style
                if (
                    any(map(str.isalnum, text))
                    and style
                    and style.color
                    and style.bgcolor
                    and _contrast(style) < LEAST_CONTRAST
                ):
                    found.append(f"line {y}: {text!r} in {style.color.name} on {style.bgcolor.name}")
    return found


def _contrast(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    darker, lighter = sorted(_luminance(colour.get_truecolor()) for colour in (style.color, style.bgcolor))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: ColorTriplet) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
