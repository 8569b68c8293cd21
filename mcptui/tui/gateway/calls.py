"""Requests that crossed the gateway as rows of a table."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from mcptui.model.runtime import CallRecord, Outcome
from mcptui.protocol.text import one_line
from mcptui.protocol.tokens import estimate
from mcptui.tui.clock import size, time_of_day
from mcptui.tui.text.tone import Tone
from mcptui.tui.widgets.cells import Cell, Column, Row

COLUMNS: Final = (
    Column("at", "Time", 8),
    Column("key", "Key", 14, rank=1),
    Column("server", "Server", 12, rank=3),
    Column("name", "Method / tool", limit=200, flexible=True),
    Column("outcome", "Outcome", 13),
    Column("ms", "ms", 6, justify="right"),
    Column("bytes", "Size", 8, justify="right", rank=4),
    Column("tokens", "Tokens", 7, justify="right", rank=2),
)
#: From how many columns on the table shows the ranks from 1 on.
RANK_WIDTHS: Final = (66, 80, 100, 112)

OUTCOMES: Final[dict[Outcome, tuple[str, Tone]]] = {
    "ok": ("✓ ok", "ok"),
    "tool_error": ("▲ tool error", "warn"),
    "error": ("✗ error", "bad"),
    "denied": ("✗ denied", "bad"),
    "unreachable": ("✗ unreachable", "bad"),
    "cancelled": ("– cancelled", "muted"),
}


def call_row(record: CallRecord, now: float) -> Row:
    """One request as a row."""
    outcome, tone = OUTCOMES[record.outcome]
    cells = {
        "at": Cell(_moment(record.at, now), "muted"),
        "key": Cell(record.key or "–"),
        "server": Cell(str(record.server or (record.denied or {}).get("server") or "–")),
        "name": Cell(record.name or record.method),
        "outcome": Cell(outcome, tone),
        "ms": Cell(f"{record.ms:.0f}"),
        "bytes": Cell(size(record.bytes_out), "muted"),
        "tokens": Cell(tokens_words(record), "muted"),
    }
    return Row(str(record.id), cells)


def tokens_words(record: CallRecord) -> str:
    """What the answer costs a model, as an estimate; only calls of tools reach one."""
    if record.method != "tools/call" or not record.bytes_out:
        return "–"
    return f"≈{estimate(record.bytes_out)}"


def call_title(record: CallRecord) -> str:
    """What the dialog of a request is called."""
    return one_line(f"{record.method} {record.name or ''}", limit=60)


def _moment(at: float, now: float) -> str:
    """The time of today, else the day."""
    moment, today = datetime.fromtimestamp(at).astimezone(), datetime.fromtimestamp(now).astimezone()
    return time_of_day(at) if moment.date() == today.date() else f"{moment:%d %b}"
