"""The test of one server, without its form."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.protocol.text import one_line
from mcptui.tui.background import background
from mcptui.tui.keys import meanings
from mcptui.tui.servers.probe_panel import ProbePanel
from mcptui.tui.shell.shell import Shell


class ProbeDialog(ModalScreen[str | None]):
    """Returns "edit" where the person wants to edit the server, else None. Leaving cancels the test."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.CLOSE.bind("close", "Close"),
        meanings.TEST.bind("retry", "Test again"),
        meanings.EDIT.bind("edit", "Edit"),
    ]
    DEFAULT_CSS = """
    ProbeDialog { align: center middle; }
    ProbeDialog > ProbePanel {
        width: 84; max-width: 96%; height: auto; min-height: 8; max-height: 90%; background: $surface;
        border: round $primary; border-title-style: bold; border-title-color: $foreground; padding: 0 1;
        &:focus { border: round $primary; }
    }
    """
    app = getters.app(Shell)
    panel = getters.query_one(ProbePanel)

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server

    def compose(self) -> ComposeResult:
        yield ProbePanel(f"Test of {one_line(self._server.name)}")

    def on_mount(self) -> None:
        self.panel.border_subtitle = Content("t again · e edit · esc close")
        self.panel.focus()
        self.action_retry()

    @background(group="probe", exclusive=True)
    async def action_retry(self) -> None:
        """Test the server, again."""
        self.panel.begin()
        try:
            async for step in self.app.context.gateway.probe(self._server):
                self.panel.add(step)
        except McptuiError as error:
            self.panel.fail(error.message, error.hint)

    def action_edit(self) -> None:
        """Leave for the form of the server."""
        self.dismiss("edit")

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss(None)
