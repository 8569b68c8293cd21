"""Faults of Textual that are corrected here, wherever it shows such a widget: its own screens and ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from rich.cells import cell_len, get_character_cell_size
from rich.text import Text
from textual.events import Key
from textual.widgets import Input, OptionList, TextArea

from mcptui.protocol.text import marked


def patch_textual() -> None:
    """Correct Textual 8.2.

    A page up or down in a list that was not laid out yet does nothing instead of ending the app (``KeyError``).

    A key that is bound in a text field (backspace, an arrow) works there, in the order of the keys. Textual sends it up
    to the app first, and letters that were typed after it overtake it where the app is slow (Textual #6605).

    A field of one line draws a sign for every character that cannot stand in a line, and counts cells by what it draws.
    Textual draws a newline as it is, which moves all that is drawn behind it.

    The cursor of a field does not blink: it did so in modes that are not shown, and over a line that costs.
    """
    for blinking in (Input.cursor_blink, TextArea.cursor_blink):
        blinking._default = False  # noqa: SLF001  nothing else decides it for all fields
    for name in ("action_page_up", "action_page_down"):
        setattr(OptionList, name, _suppressing_key_error(getattr(OptionList, name)))
    for field, handler in ((Input, "_on_key"), (TextArea, "_on_key")):
        setattr(field, handler, _own_keys_in_order(getattr(field, handler)))
    for name, corrected in (
        ("_value", property(_drawn)),
        ("_position_to_cell", _position_to_cell),
        ("_cell_offset_to_index", _cell_offset_to_index),
    ):
        setattr(Input, name, corrected)


def _suppressing_key_error(action: Callable[[Any], None]) -> Callable[[Any], None]:
    def page(self: Any) -> None:
        with suppress(KeyError):
            action(self)

    return page


def _own_keys_in_order(on_key: Callable[[Any, Key], Awaitable[None]]) -> Callable[[Any, Key], Awaitable[None]]:
    async def _on_key(self: Any, event: Key) -> None:
        # Whatever has the focus is asked first anyway; bindings with priority were looked at before.
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
        await on_key(self, event)

    return _on_key


def _drawn(self: Input) -> Text:
    # Rich leaves some of these characters out by itself: then places in the text are no places in the value.
    text = Text("•" * len(self.value) if self.password else marked(self.value), no_wrap=True, overflow="ignore", end="")
    return text if self.password or self.highlighter is None else self.highlighter(text)


def _position_to_cell(self: Input, position: int) -> int:
    return cell_len(marked(self.value)[:position])


def _cell_offset_to_index(self: Input, offset: int) -> int:
    end, wanted = 0, offset + self.scroll_offset.x
    for index, character in enumerate(marked(self.value)):
        end += get_character_cell_size(character)
        if wanted < end:
            return index
    return len(self.value)
