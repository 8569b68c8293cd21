"""Where the person writes: enter sends, ctrl+j is a new line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import TextArea

from mcptui.model.chat import ChatTurn
from mcptui.services.totals import NEARLY_FULL, Totals
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import toned


class Prompt(TextArea):
    """Several lines of text."""

    DEFAULT_CSS = """
    Prompt { height: auto; min-height: 3; max-height: 10; border: round $border-blurred; padding: 0 1; }
    Prompt { background: transparent; border-subtitle-color: $foreground-muted; }
    Prompt:focus { border: round $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.NEW_LINE.bind("new_line", "New line"),
        meanings.BACK.bind("leave", "Leave"),
    ]

    @dataclass
    class Sent(Message):
        """The person wants the text to be sent."""

        text: str

    @dataclass
    class AttachWanted(Message):
        """``@`` at the beginning of a word, or ``/`` at the beginning of the text."""

        kind: Literal["resources", "prompts"]

    class Left(Message):
        """The person pressed escape: stop the answer, else leave the field."""

    class AtEnd(Message):
        """The person wants to the end, and the text has nothing more there."""

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, highlight_cursor_line=False, placeholder="Message")
        self._used = Content("")
        self._is_answering = False
        self._sent: Sequence[str] = ()
        #: Which of the sent messages is shown, counted from the end; 0 is the text that is being written.
        self._place = 0
        self._written = ""

    def set_history(self, messages: Sequence[str]) -> None:
        """What ``up`` goes through, the oldest first; the one that is shown stays the one."""
        if self._place:
            self._place = min(max(self._place + len(messages) - len(self._sent), 1), len(messages))
        self._sent = messages

    def begin_anew(self) -> None:
        """The text was sent: the next one begins."""
        self.text = ""
        self._place = 0

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; from the first line to the message that was sent before."""
        if select or not self.cursor_at_first_line or not self._step(1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; from the last line back to the message that was sent after it."""
        if select or not self.cursor_at_last_line or not self._step(-1):
            super().action_cursor_down(select)

    def _step(self, by: int) -> bool:
        place = self._place + by
        if not 0 <= place <= len(self._sent):
            return False
        if not self._place:
            self._written = self.text
        self._place = place
        self.text = self._sent[-place] if place else self._written
        self.move_cursor(self.document.end)
        return True

    def say_used(self, totals: Totals, latest: ChatTurn | None) -> None:
        """What the conversation has cost so far, and how much room is left in it."""
        tokens = totals.tokens_in + totals.tokens_out
        words = [f"{tokens:,} tokens"] if tokens else []
        if totals.cost is not None:
            words.append(totals.money)
        full = latest.fullness if latest is not None else None
        is_full = full is not None and full >= NEARLY_FULL
        if full is not None and not is_full:
            words.append(f"context {full:.0%}")
        self._used = toned(" · ".join(words), "muted")
        if full is not None and is_full:
            self._used += toned(
                f"{' · ' if words else ''}context {min(full, 1):.0%} full, alt+n new conversation", "warn"
            )
        self._draw()

    def say_answering(self, is_answering: bool) -> None:
        """What escape does: stop the answer, or leave the field."""
        self._is_answering = is_answering
        self._draw()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        """As many of the keys as there is room for; the way out of the field is the last that goes."""
        keys = ["enter write"]
        if self.has_focus:
            leave = "esc stop" if self._is_answering else "esc leave input"
            keys = [leave, "ctrl+j new line", "enter send"]
        line = self._used
        for key in keys:
            longer = toned(key, "muted") + (toned(" · ", "muted") + line if line else line)
            if longer.cell_length > self.size.width - 2:
                break
            line = longer
        self.border_subtitle = line

    @property
    def _is_at_word_start(self) -> bool:
        row, column = self.cursor_location
        return column == 0 or self.document.get_line(row)[column - 1].isspace()

    def complete(self, text: str) -> None:
        """Put ``text`` in place of the ``@`` or ``/`` before the cursor."""
        row, column = self.cursor_location
        self.replace(text, (row, max(column - 1, 0)), (row, column))

    async def _on_key(self, event: Key) -> None:
        """``enter`` in the order of the keys: a priority binding would overtake what was typed before it."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.text.strip():
                self.post_message(self.Sent(self.text.strip()))
        elif event.character == "@" and self._is_at_word_start:
            self.post_message(self.AttachWanted("resources"))
        elif event.character == "/" and not self.text:
            self.post_message(self.AttachWanted("prompts"))

    def action_new_line(self) -> None:
        """Insert a line break."""
        self.insert("\n")

    def action_cursor_line_end(self, select: bool = False) -> None:
        """To the end of the line, and from the end of the text to that of the transcript."""
        if not select and self.cursor_location == self.document.end:
            self.post_message(self.AtEnd())
        else:
            super().action_cursor_line_end(select)

    def action_leave(self) -> None:
        """Let the screen decide what escape means."""
        self.post_message(self.Left())

    def restore(self, text: str) -> None:
        """Put a text back that was not answered, before what was written since."""
        self.text = f"{text}\n{self.text}" if self.text else text
        self.move_cursor(self.document.end)
