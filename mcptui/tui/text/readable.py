"""The text that a screen shows, for pager and clipboard."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import TextArea

from mcptui.tui.shell.base import ActionScreen
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.log_pane import LogPane


def readable_text(screen: Screen[object]) -> str:
    """What the focused widget shows, else what the screen calls its text, else the first text on it."""
    for widget in (screen.focused, *screen.focused.ancestors) if screen.focused is not None else ():
        if isinstance(widget, TextArea):
            return widget.text
        if isinstance(widget, LogPane):
            return "\n".join(widget.lines)
        if isinstance(widget, DetailPane):
            return widget.text
    if isinstance(screen, ActionScreen) and screen.text:
        return screen.text
    area = screen.query(TextArea).first() if screen.query(TextArea) else None
    return area.text if area is not None else ""
