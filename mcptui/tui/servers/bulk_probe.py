"""Tests of several servers: their progress, and which failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from mcptui.model import Server
from mcptui.protocol.text import one_line
from mcptui.tui.background import background
from mcptui.tui.keys import meanings
from mcptui.tui.servers.probing import RUNNING, Outcome, probe_all
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.filter_table import FilterTable

_WAITING: Final = Outcome("waiting")


class BulkProbe(ModalScreen[None]):
    """One row per server; failures come first when all are done, and ``r`` tests them again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Close"),
        meanings.AGAIN.bind("retry", "Retry failed"),
    ]
    DEFAULT_CSS = """
    BulkProbe { align: center middle; }
    BulkProbe > Vertical {
        width: 90%; max-width: 120; height: 80%; background: $surface; border: round $primary;
        border-title-style: bold; padding: 0 1;
    }
    """
    app = getters.app(Shell)
    table = getters.query_one(FilterTable)

    def __init__(self, servers: Sequence[Server]) -> None:
        super().__init__()
        self._servers = {server.name: server for server in servers}
        self._outcomes: dict[str, Outcome] = {}

    def compose(self) -> ComposeResult:
        columns = [
            Column("name", "Server", limit=32),
            Column("state", "", 8),
            Column("what", "", limit=200, flexible=True),
        ]
        with Vertical() as box:
            box.border_title = Content("Test servers")
            box.border_subtitle = Content("r retry failed · esc close")
            yield FilterTable("", columns, empty=Content(""), classes="-framed-outside")

    def on_mount(self) -> None:
        self.table.table.focus()
        self.probe(list(self._servers))

    @property
    def failed(self) -> list[str]:
        """The servers whose test failed."""
        return [name for name, outcome in self._outcomes.items() if outcome.has_failed]

    @background(group="bulk probe", exclusive=True)
    async def probe(self, names: list[str]) -> None:
        """Test ``names``, some at a time."""
        for name in names:
            self._outcomes.pop(name, None)
        self._show()
        await probe_all(self.app.context.gateway, [self._servers[name] for name in names], self._tell)

    def _tell(self, name: str, outcome: Outcome) -> None:
        self._outcomes[name] = outcome
        self._show()

    def _show(self) -> None:
        done = sum(outcome != RUNNING for outcome in self._outcomes.values())
        failed = len(self.failed)
        names = (
            sorted(self._servers, key=lambda name: name not in self.failed)
            if done == len(self._servers)
            else self._servers
        )
        self.table.border_title = Content(f"{done}/{len(self._servers)}" + (f", {failed} failed" if failed else ""))
        self.table.set_rows([self._row(name) for name in names])

    def _row(self, name: str) -> Row:
        outcome = self._outcomes.get(name, _WAITING)
        cells = {
            "name": Cell(name),
            "state": Cell(outcome.word, outcome.tone),
            "what": Cell(one_line(outcome.detail), "muted"),
        }
        return Row(name, cells)

    def action_retry(self) -> None:
        """Test the failed ones again."""
        if failed := self.failed:
            self.probe(failed)

    def action_close(self) -> None:
        """Back to the list; running tests are cancelled."""
        self.dismiss(None)
