"""The list behind ``f12``: what went wrong in this run, and where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings
from mcptui.tui.shell.errors_seen import SeenError
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.pick_list import PickList


class ErrorList(ModalScreen[None]):
    """Errors, newest first; below them all about the highlighted one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.CLOSE.bind("close", "Close"),
        meanings.ERRORS.bind("close", "Close"),
        meanings.VIEW.bind("toggle_details", "Details"),
        meanings.COPY.bind("copy", "Copy"),
        meanings.COPY_AS.bind("copy_all", "Copy all"),
    ]
    DEFAULT_CSS = """
    ErrorList { align: center middle; }
    ErrorList > Vertical {
        width: 94%; max-width: 110; height: 85%; padding: 0 1;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ErrorList PickList { height: auto; max-height: 40%; border: none; background: transparent; padding: 0; }
    ErrorList TextArea { height: 1fr; margin-top: 1; border: none; background: $panel; padding: 0 1; }
    """
    errors = getters.query_one(PickList)
    detail = getters.query_one(TextArea)

    def __init__(self, entries: Sequence[SeenError]) -> None:
        super().__init__()
        self._entries = tuple(reversed(entries))
        self._with_details = False

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(f"Errors of this run ({len(self._entries)})")
            box.border_subtitle = Content("v details · y copy as Markdown · Y copy all · esc close")
            yield PickList(*(Option(_line(entry)) for entry in self._entries))
            yield TextArea(read_only=True, soft_wrap=True, show_cursor=False, theme="css")

    def on_mount(self) -> None:
        self.errors.highlighted = 0
        self._show()

    @property
    def _entry(self) -> SeenError:
        return self._entries[self.errors.highlighted or 0]

    @on(OptionList.OptionHighlighted)
    def _show(self) -> None:
        self.detail.text = self._entry.as_text() if self._with_details else self._entry.summary()

    @on(OptionList.OptionSelected)
    def action_toggle_details(self) -> None:
        """Show or hide where the error came from."""
        self._with_details = not self._with_details
        self._show()

    def action_copy(self) -> None:
        """Copy the highlighted error."""
        self._copy(self._entry.as_text())

    def action_copy_all(self) -> None:
        """Copy all errors."""
        self._copy("\n\n".join(entry.as_text() for entry in self._entries))

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied, {len(text)} characters", markup=False)

    def action_close(self) -> None:
        """Back to where it was opened."""
        self.dismiss(None)


def _line(entry: SeenError) -> Content:
    return toned(f"{entry.at:%H:%M:%S}  ", "muted") + Content(one_line(entry.message, limit=200))
