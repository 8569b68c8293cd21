"""The system prompt and the temperature of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from mcptui.schema import InputError, parse_number
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.field_keys import LineInput


@dataclass(frozen=True, slots=True)
class ConversationSettings:
    """What a conversation sends with each message; temperature None is the default of the provider."""

    system: str = ""
    temperature: float | None = None


class SettingsDialog(ModalScreen[ConversationSettings | None]):
    """Returns the settings, or None for cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Cancel"),
        meanings.SAVE.bind("save", "Save"),
    ]
    DEFAULT_CSS = """
    SettingsDialog { align: center middle; }
    SettingsDialog > Vertical {
        width: 80; max-width: 96%; height: auto; max-height: 90%; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    SettingsDialog TextArea { height: 8; background: $panel; margin-bottom: 1; }
    SettingsDialog Input { background: $panel; }
    SettingsDialog .problem { height: auto; }
    """

    def __init__(self, settings: ConversationSettings) -> None:
        super().__init__()
        self._settings = settings

    def compose(self) -> ComposeResult:
        temperature = self._settings.temperature
        with Vertical() as box:
            box.border_title = Content("Conversation settings")
            box.border_subtitle = Content("ctrl+s save · esc cancel")
            yield Static(Content("System prompt"))
            yield TextArea(self._settings.system, soft_wrap=True, compact=True)
            yield Static(Content("Temperature"))
            text = "" if temperature is None else f"{temperature:g}"
            yield LineInput(text, placeholder="default of the provider", compact=True)
            yield Static(classes="problem")

    def action_save(self) -> None:
        """Close with the settings, or show what is wrong."""
        text = self.query_one(LineInput).value.strip()
        try:
            temperature = float(parse_number(text, integer=False)) if text else None
        except InputError:
            temperature = -1.0
        if temperature is not None and not 0 <= temperature <= 2:
            self.query_one(".problem", Static).update(toned("✗ Temperature must be a number from 0 to 2", "bad"))
            return
        self.dismiss(ConversationSettings(self.query_one(TextArea).text.strip(), temperature))

    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)
