"""Probes of several servers: how far they are, and which failed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.protocol.text import counted, one_line
from mcptui.tui.background import background
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import Tone
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.filter_table import FilterTable

#: So many are probed at the same time: each may start a process.
AT_ONCE: Final = 4


class BulkProbe(ModalScreen[None]):
    """One row a server; failures come first when all are done, and ``r`` tries them again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("r", "retry", "Try the failed ones again", show=False),
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
        self._found: dict[str, tuple[str, str, Tone]] = {}

    def compose(self) -> ComposeResult:
        columns = [
            Column("name", "Server", limit=32),
            Column("state", "", 8),
            Column("what", "", limit=200, flexible=True),
        ]
        with Vertical() as box:
            box.border_title = Content("Test servers")
            box.border_subtitle = Content("r try the failed ones again · esc close")
            yield FilterTable("", columns, empty=Content(""), classes="-framed-outside")

    def on_mount(self) -> None:
        self.table.table.focus()
        self.probe(list(self._servers))

    @property
    def failed(self) -> list[str]:
        """The servers that did not answer as hoped."""
        return [name for name, found in self._found.items() if found[2] == "bad"]

    @background(group="bulk probe", exclusive=True)
    async def probe(self, names: list[str]) -> None:
        """Probe ``names``, some at a time."""
        for name in names:
            self._found.pop(name, None)
        self._show()
        places = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with places:
                self._found[name] = "…", "", "muted"
                self._show()
                self._found[name] = await self._probe(self._servers[name])
                self._show()

        async with asyncio.TaskGroup() as tasks:
            for name in names:
                tasks.create_task(one(name), name=f"probe {name}")

    async def _probe(self, server: Server) -> tuple[str, str, Tone]:
        what, tone, word = "no answer", "bad", "✗ failed"
        try:
            async for step in self.app.context.gateway.probe(server):
                if step.status == "failed":
                    return "✗ failed", f"{step.step}: {step.detail} {step.hint or ''}", "bad"
                if step.step == "done" and step.result is not None:
                    what = counted(len(step.result.get("tools", [])), "tool")
                    word, tone = "✓ ok", "ok"
        except McptuiError as error:
            what = f"{error.message} {error.hint or ''}"
        return word, what, "ok" if tone == "ok" else "bad"

    def _show(self) -> None:
        done = sum(1 for word, _, _ in self._found.values() if word != "…")
        failed = len(self.failed)
        names = (
            sorted(self._servers, key=lambda name: name not in self.failed)
            if done == len(self._servers)
            else self._servers
        )
        self.table.border_title = Content(f"{done}/{len(self._servers)}" + (f", {failed} failed" if failed else ""))
        self.table.set_rows([self._row(name) for name in names])

    def _row(self, name: str) -> Row:
        word, what, tone = self._found.get(name, ("waits", "", "muted"))
        return Row(name, {"name": Cell(name), "state": Cell(word, tone), "what": Cell(one_line(what), "muted")})

    def action_retry(self) -> None:
        """Probe the failed ones again."""
        if failed := self.failed:
            self.probe(failed)

    def action_close(self) -> None:
        """Back to the list; probes that run are cancelled."""
        self.dismiss(None)
