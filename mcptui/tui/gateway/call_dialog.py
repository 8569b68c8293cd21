"""One call on the whole screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen

from mcptui.access.denial import Missing
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.detail_pane import DetailPane


class CallDialog(ModalScreen[str | None]):
    """Returns what is to be done with the call: "replay", "edit", "grant", or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.CLOSE.bind("close", "Close"),
        meanings.AGAIN.bind("choose('replay')", "Replay"),
        meanings.EDIT.bind("edit", "Edit and resend"),
        meanings.GRANT.bind("grant", "Allow"),
        meanings.COPY.bind("copy", "Copy"),
    ]
    DEFAULT_CSS = """
    CallDialog { align: center middle; }
    CallDialog > DetailPane {
        width: 96%; height: 92%; background: $surface; border: round $primary; border-title-style: bold;
        &:focus { border: round $primary; }
    }
    """

    def __init__(
        self, title: str, content: Content, as_json: str, missing: Missing | None, *, is_editable: bool
    ) -> None:
        super().__init__()
        self._title = title
        self._content = content
        self._as_json = as_json
        self._is_editable = is_editable
        self._can_grant = missing is not None and missing.draft is not None

    def compose(self) -> ComposeResult:
        yield DetailPane()

    def on_mount(self) -> None:
        pane = self.query_one(DetailPane)
        pane.show(self._title, self._content)
        grant = "a allow · " if self._can_grant else ""
        edit = "e edit · " if self._is_editable else ""
        pane.border_subtitle = Content(f"{grant}r replay · {edit}y copy · esc close")
        pane.focus()

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    def action_choose(self, what: str) -> None:
        """Close, and have ``what`` done."""
        self.dismiss(what)

    def action_grant(self) -> None:
        """Close, and grant what was missing; where nothing can be granted, stay."""
        if self._can_grant:
            self.dismiss("grant")

    def action_edit(self) -> None:
        """Close, and open the call in Test; where Test has no form for it, stay."""
        if self._is_editable:
            self.dismiss("edit")

    def action_copy(self) -> None:
        """Copy the call as JSON."""
        self.app.copy_to_clipboard(self._as_json)
        self.notify(f"Copied, {len(self._as_json)} characters", markup=False)
