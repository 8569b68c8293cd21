"""A text field that colours JSON by the theme of the app; Textual's own colours are for dark ones."""

from __future__ import annotations

from typing import Final

from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from mcptui.protocol.text import visible
from mcptui.schema import Json, format_json
from mcptui.tui.text.tone import Tone, rich_style

_TONES: Final[dict[str, Tone]] = {
    "json.label": "accent",
    "string": "ok",
    "number": "warn",
    "boolean": "warn",
    "json.null": "warn",
    "json.error": "bad",
}


def editable(value: Json) -> str:
    """``value`` as JSON in which nothing is invisible; only strings hold such characters, so it is the same value."""
    return visible(format_json(value))


class JsonArea(TextArea):
    """Follows the theme of the app."""

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._colour)

    def _colour(self) -> None:
        theme = self.app.current_theme
        styles = {name: rich_style(tone, theme) for name, tone in _TONES.items()}
        name = f"json-{theme.name}"
        if name not in self.available_themes:
            self.register_theme(TextAreaTheme(name, syntax_styles=styles))
        self.theme = name
