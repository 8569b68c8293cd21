"""Buttons of one line, whose focus is the app's cursor."""

from __future__ import annotations

from textual import events
from textual.containers import Container
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


class ButtonRow(Container):
    """Buttons beside each other on the right, or one below the other where there is no room for that."""

    DEFAULT_CSS = """
    ButtonRow {
        layout: horizontal; height: auto; align-horizontal: right;
        & > LineButton { margin-left: 2; }
        &.-narrow { layout: vertical; }
    }
    """

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(sum(map(_width, self.query_children(LineButton))) > event.size.width, "-narrow")


def _width(button: LineButton) -> int:
    return button.outer_size.width + button.styles.margin.width
