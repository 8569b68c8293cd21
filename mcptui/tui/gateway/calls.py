"""Requests that crossed the gateway: rows of the table, and one of them in full."""

from __future__ import annotations

import json
from typing import Final

from mcptui.model.runtime import CallRecord, Json, Outcome
from mcptui.protocol.text import one_line
from mcptui.tui.clock import size, time_of_day
from mcptui.tui.tone import Tone
from mcptui.tui.widgets.cells import Cell, Column, Row

COLUMNS: Final = (
    Column("at", "Time", 8),
    Column("key", "Key", rank=1, limit=20),
    Column("server", "Server", rank=1, limit=16),
    Column("name", "What", limit=40, flexible=True),
    Column("outcome", "Outcome", 13),
    Column("ms", "ms", 6, justify="right"),
    Column("bytes", "Size", 8, justify="right", rank=2),
)

_OUTCOMES: Final[dict[Outcome, tuple[str, Tone]]] = {
    "ok": ("✓ ok", "ok"),
    "tool_error": ("▲ tool error", "warn"),
    "error": ("✗ error", "bad"),
    "denied": ("✗ denied", "bad"),
    "unreachable": ("✗ unreachable", "bad"),
    "cancelled": ("– cancelled", "muted"),
}


def call_row(record: CallRecord) -> Row:
    """One request as a row."""
    outcome, tone = _OUTCOMES[record.outcome]
    cells = {
        "at": Cell(time_of_day(record.at), "muted"),
        "key": Cell(record.key or "–"),
        "server": Cell(record.server or "–"),
        "name": Cell(record.name or record.method),
        "outcome": Cell(outcome, tone),
        "ms": Cell(f"{record.ms:.0f}"),
        "bytes": Cell(size(record.bytes_out), "muted"),
    }
    return Row(str(record.id), cells, f"{record.method} {record.error or ''}")


def call_text(record: CallRecord) -> str:
    """The whole request and its answer; secrets were masked by the gateway."""
    outcome, _ = _OUTCOMES[record.outcome]
    upstream = f", {record.upstream_ms:.1f} ms of them upstream" if record.upstream_ms is not None else ""
    head = [
        f"{outcome}   {record.method} {record.name or ''}".rstrip(),
        f"at {time_of_day(record.at)} by key {record.key or '–'} on server {record.server or '–'} over {record.front}",
        f"{record.ms:.1f} ms{upstream}; {size(record.bytes_in)} in, {size(record.bytes_out)} out",
    ]
    if record.error:
        head.append(f"\n{record.error}")
    return "\n".join([*head, "", "── request ──", _pretty(record.params), "", "── answer ──", _pretty(record.result)])


def call_title(record: CallRecord) -> str:
    """What the dialog of a request is called."""
    return one_line(f"{record.method} {record.name or ''}", limit=60)


def _pretty(value: Json) -> str:
    return "(not kept)" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
