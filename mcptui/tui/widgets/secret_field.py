"""A field whose value is covered."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input

REVEAL_SECONDS: Final = 10.0


class SecretField(Input):
    """An input that shows dots; ``ctrl+r`` shows the value for some seconds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "reveal", "Show or hide", show=False),
        Binding("ctrl+y", "copy_secret", "Copy", show=False),
    ]

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, password=True, id=id, compact=True)
        self._cover_timer: Timer | None = None

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
        """Show dots again."""
        if self._cover_timer is not None:
            self._cover_timer.stop()
            self._cover_timer = None
        self.password = True
