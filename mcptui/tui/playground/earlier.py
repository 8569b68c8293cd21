"""A choice among saved examples and earlier runs of one item."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from mcptui.model.runtime import Json
from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings
from mcptui.tui.playground.runs import Run
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable


@dataclass(frozen=True, slots=True)
class Choice:
    """What to do with which row: an example by name, or a run."""

    what: Literal["load", "diff", "delete"]
    example: str | None = None
    run: Run | None = None


class EarlierDialog(ModalScreen[Choice | None]):
    """``enter`` fills in, ``D`` compares a run with the shown result, ``d`` deletes an example."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Close"),
        meanings.DIFFERENCES.bind("choose('diff')", "Compare"),
        meanings.DELETE.bind("choose('delete')", "Delete"),
    ]
    DEFAULT_CSS = """
    EarlierDialog { align: center middle; }
    EarlierDialog > Vertical {
        width: 90%; max-width: 110; height: 70%; background: $surface; border: round $primary;
        border-title-style: bold; padding: 0 1;
    }
    """
    table = getters.query_one(FilterTable)

    def __init__(self, title: str, examples: Mapping[str, Json], runs: Sequence[Run], today: date) -> None:
        super().__init__()
        self._title = title
        self._examples = dict(examples)
        self._runs = {str(place): run for place, run in enumerate(runs)}
        self._today = today

    def compose(self) -> ComposeResult:
        columns = [
            Column("when", "When", 8),
            Column("what", "Result", 21),
            Column("who", "As", 14),
            Column("arguments", "Arguments", limit=200, flexible=True),
        ]
        text = "Run the tool, or save its arguments with ctrl+s."
        with Vertical() as box:
            box.border_title = Content(f"History of {one_line(self._title, limit=60)}")
            box.border_subtitle = Content("enter use · D compare · d delete example · esc close")
            yield FilterTable("", columns, empty=EmptyState.content_of("No calls yet", text), classes="-framed-outside")

    def on_mount(self) -> None:
        rows = [_row(f"example:{name}", "example", name, "", value) for name, value in self._examples.items()]
        self.table.set_rows(rows + [self._run_row(place, run) for place, run in self._runs.items()])
        self.table.table.focus()

    def _run_row(self, place: str, run: Run) -> Row:
        moment, facts = datetime.fromtimestamp(run.at).astimezone(), run.outcome.facts
        at = f"{moment:%H:%M:%S}" if moment.date() == self._today else f"{moment:%d %b}"
        what = f"{run.outcome.kind.replace('_', ' ')} {facts.ms:.0f} ms"
        who = facts.key or "owner"
        if facts.client and facts.client != "mcptui":
            who = f"{who}, {facts.client}"
        return _row(
            f"run:{place}", at, what, who, facts.arguments, "" if run.is_repeatable else "redacted or truncated: "
        )

    @on(FilterTable.Opened)
    def _opened(self, event: FilterTable.Opened) -> None:
        event.stop()
        self.action_choose("load")

    def action_choose(self, what: Literal["load", "diff", "delete"]) -> None:
        """Close with the row under the cursor, where it fits."""
        kind, _, name = (self.table.cursor_key or "").partition(":")
        if kind == "example" and what != "diff":
            self.dismiss(Choice(what, example=name))
        elif kind == "run" and what != "delete":
            self.dismiss(Choice(what, run=self._runs[name]))

    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)


def _row(key: str, when: str, what: str, who: str, arguments: Json, note: str = "") -> Row:
    text = note + json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))[:2000]
    cells = {
        "when": Cell(when, "muted"),
        "what": Cell(what),
        "who": Cell(who, "muted"),
        "arguments": Cell(text, "muted"),
    }
    return Row(key, cells)
