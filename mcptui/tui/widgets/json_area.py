"""Text fields that colour JSON by the theme of the app: one to edit it, one to read it in the middle of other text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.text import Text
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from mcptui.protocol.text import visible
from mcptui.schema import Json, format_json
from mcptui.tui.text.json_text import Passage, colour_line, joined
from mcptui.tui.text.tone import Tone, rich_style

_TONES: Final[dict[str, Tone]] = {
    "json.label": "strong",
    "string": "ok",
    "number": "accent",
    "boolean": "accent",
    "json.null": "accent",
    "json.error": "bad",
}


def editable(value: Json) -> str:
    """``value`` as JSON in which nothing is invisible; only strings hold such characters, so it is the same value."""
    return visible(format_json(value))


class JsonArea(TextArea):
    """JSON to edit. It has colours of the app's theme, because those of Textual are for dark themes."""

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._colour)

    def _colour(self) -> None:
        theme = self.app.current_theme
        styles = {name: rich_style(tone, theme) for name, tone in _TONES.items()}
        name = f"json-{theme.name}"
        if name not in self.available_themes:
            self.register_theme(TextAreaTheme(name, syntax_styles=styles))
        self.theme = name


class ReadingArea(TextArea):
    """Text to read, in which JSON has colours; only the lines that are seen are looked at, so it may be long."""

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        super().__init__(
            read_only=True, compact=True, soft_wrap=True, show_cursor=False, highlight_cursor_line=False, theme="css"
        )
        self._json_lines: frozenset[int] = frozenset()
        self.show_passages(passages)

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._theme_changed, init=False)

    def show_passages(self, passages: Iterable[Passage]) -> None:
        """Show these, from their beginning."""
        text, self._json_lines = joined(passages)
        self.text = visible(text)

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if line_index in self._json_lines:
            colour_line(line, self.app.current_theme)
        return line

    def _theme_changed(self) -> None:
        self.notify_style_update()
