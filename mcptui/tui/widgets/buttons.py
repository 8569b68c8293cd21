"""Buttons of one line, whose focus is the app's cursor."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Button
from textual.widgets.button import ButtonVariant


class LineButton(Button):
    """Its label is taken literally."""

    DEFAULT_CSS = """
    LineButton {
        min-width: 8; background: $panel !important; color: $foreground !important; text-style: none;
        &.tone-primary { color: $text-primary !important; text-style: bold; }
        &.tone-error { color: $text-error !important; }
        &.tone-warning { color: $text-warning !important; }
        &:focus {
            background: $block-cursor-background !important; color: $block-cursor-foreground !important;
            background-tint: transparent !important; text-style: bold !important;
        }
    }
    """

    def __init__(
        self, label: str, *, id: str | None = None, variant: ButtonVariant = "default", classes: str = ""
    ) -> None:
        # Textual's own variants turn colours around when the button has the focus.
        super().__init__(Content(label), id=id, classes=f"tone-{variant} {classes}", compact=True)
