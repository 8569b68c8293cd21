"""A field whose value is covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from rich.text import Text
from textual.binding import BindingType
from textual.events import Key
from textual.timer import Timer
from textual.widgets import Input

from mcptui.protocol.text import marked
from mcptui.secrets.references import references
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.field_keys import LEAVE_KEYS

REVEAL_SECONDS: Final = 10.0
#: Characters from which on a secret has some to spare.
_LONG: Final = 12


def is_written_out(value: str) -> bool:
    """Whether ``value`` is a secret itself and not a reference to one."""
    return not references(value)


class SecretField(Input):
    """An input that covers secrets with dots; ``ctrl+r`` shows the value for some seconds.

    Of a long one the last four characters are shown, to tell one from the other; not while it is typed.

    Args:
        value: what it holds at first.
        placeholder: what an empty one shows.
        id: of the widget.
        is_secret: which values are covered; by default all but references.
        read_only: whether it can only be looked at and copied; letters are then left to the screen's own keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *LEAVE_KEYS,
        meanings.REVEAL.bind("reveal", "Show or hide"),
        meanings.COPY.only("alt+y").bind("copy_secret", "Copy"),
    ]

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,
        is_secret: Callable[[str], bool] = is_written_out,
        read_only: bool = False,
    ) -> None:
        super().__init__(value, placeholder=placeholder, password=is_secret(value), id=id, compact=True)
        self._is_secret = is_secret
        self._is_read_only = read_only
        self._cover_timer: Timer | None = None

    @property
    def _value(self) -> Text:  # what Textual draws; it can only cover all of it
        drawn = super()._value
        if self.password and not self.has_focus and len(self.value) >= _LONG:
            drawn.plain = drawn.plain[:-4] + marked(self.value[-4:])
        return drawn

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key that is bound elsewhere is text here."""
        return not self._is_read_only and super().check_consume_key(key, character)

    async def _on_key(self, event: Key) -> None:
        if self._is_read_only:
            event.prevent_default()  # what Input does with it

    def replace(self, text: str, start: int, end: int) -> None:
        """Whatever a person types, pastes, cuts or deletes comes to this."""
        if not self._is_read_only:
            super().replace(text, start, end)

    def on_input_changed(self) -> None:
        if self._cover_timer is None:
            self.cover()

    def action_reveal(self) -> None:
        """Show the value, or cover it again."""
        if not self.password:
            self.cover()
            return
        self.password = False
        self._cover_timer = self.set_timer(REVEAL_SECONDS, self.cover)

    def action_copy_secret(self) -> None:
        """Copy the value through the terminal; it is not shown anywhere."""
        self.app.copy_to_clipboard(self.value)
        self.notify(f"Copied, {len(self.value)} characters", markup=False)

    def cover(self) -> None:
        """Show dots again where they belong."""
        if self._cover_timer is not None:
            self._cover_timer.stop()
            self._cover_timer = None
        self.password = self._is_secret(self.value)
