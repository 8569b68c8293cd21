"""Asks for one line of text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mcptui.protocol.text import visible
from mcptui.tui.keys import meanings


class InputDialog(ModalScreen[str | None]):
    """Returns the text, or None for cancelled; ``enter`` accepts."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Cancel")]
    DEFAULT_CSS = """
    InputDialog { align: center middle; }
    InputDialog > Vertical {
        width: 76; max-width: 94%; height: auto; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    InputDialog Static { height: auto; color: $foreground-muted; margin-bottom: 1; }
    InputDialog Input { background: $panel; }
    """

    def __init__(self, title: str, text: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._value = value

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            box.border_subtitle = Content("enter accept · esc cancel")
            yield Static(Content(visible(self._text)))
            yield Input(self._value, compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    def action_close(self) -> None:
        """Close without a text."""
        self.dismiss(None)
