"""Where the person writes: enter sends, ctrl+j is a new line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.widgets import TextArea


class Prompt(TextArea):
    """Several lines of text."""

    DEFAULT_CSS = """
    Prompt { height: auto; min-height: 3; max-height: 10; border: round $border-blurred; padding: 0 1; }
    Prompt { background: transparent; border-subtitle-color: $foreground-muted; }
    Prompt:focus { border: round $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter", "new_line", "New line", show=False),
        Binding("escape", "leave", "Leave", show=False),
    ]

    @dataclass
    class Sent(Message):
        """The person wants the text to be sent."""

        text: str

    class Left(Message):
        """The person pressed escape: stop the answer, else leave the field."""

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, highlight_cursor_line=False, placeholder="Ask something")
        self.say_tokens(0)

    def say_tokens(self, count: int) -> None:
        """What the conversation has cost so far."""
        cost = f"{count:,} tokens · " if count else ""
        self.border_subtitle = f"{cost}enter send · ctrl+j new line"

    async def _on_key(self, event: Key) -> None:
        """``enter`` in the order of the keys: a priority binding would overtake what was typed before it."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.text.strip():
                self.post_message(self.Sent(self.text.strip()))

    def action_new_line(self) -> None:
        """Insert a line break."""
        self.insert("\n")

    def action_leave(self) -> None:
        """Let the screen decide what escape means."""
        self.post_message(self.Left())

    def restore(self, text: str) -> None:
        """Put a text back that was not answered, before what was written since."""
        self.text = f"{text}\n{self.text}" if self.text else text
        self.move_cursor(self.document.end)
