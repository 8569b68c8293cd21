"""The tools of a server as rows below it, and all that is known of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from textual.content import Content

from mcptui.model.calls import GroupStats
from mcptui.model.runtime import JsonObject, Listed
from mcptui.protocol.annotations import effect
from mcptui.protocol.text import counted, one_line, visible
from mcptui.tui.text.sparkline import sparkline
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Cell, Row
from mcptui.tui.widgets.facts import Fact, facts, section, sections

#: Bars in a row of the list: ten minutes each.
_BARS: Final = 6
_MINUTES: Final = 60
_DESCRIPTION: Final = 4000


@dataclass(frozen=True, slots=True)
class ServerTool:
    """One tool: ``name`` as its server calls it, ``shown`` as clients do, ``raw`` what they get."""

    server: str
    name: str
    shown: str
    raw: JsonObject = field(repr=False, hash=False)

    @property
    def key(self) -> str:
        """Of its row; names of servers have no blank."""
        return f"{self.server} {self.name}"

    @property
    def description(self) -> str:
        """What it says about itself."""
        return str(self.raw.get("description") or self.raw.get("title") or "")


def server_tools(listed: Listed, server: str) -> list[ServerTool]:
    """The tools of ``server`` in ``listed``."""
    found = []
    for raw in listed.tools:
        owner = listed.owners.get(str(raw["name"]), ())
        if owner and owner[0] == server:
            found.append(ServerTool(server, owner[1], str(raw["name"]), raw))
    return found


def tool_row(tool: ServerTool, above: Row, stats: GroupStats | None, users: str) -> Row:
    """One tool below the row of its server; terms of a filter find it by the fields of the server."""
    cells = {
        "on": Cell(""),
        "name": Cell(tool.name),
        "state": Cell(effect(tool.raw), "muted"),
        "transport": Cell(""),
        "tools": Cell(""),
        "ms": Cell(f"{stats.p50:.0f}" if stats is not None else "–", "muted"),
        "failed": Cell(""),
        "keys": Cell(users, "muted"),
        **call_cells(stats),
    }
    return Row(tool.key, cells, tool.description, above.fields, above=above.key)


def call_cells(stats: GroupStats | None) -> dict[str, Cell]:
    """The calls of the last hour and their number in a minute, and the errors."""
    if stats is None or not stats.calls:
        return {"calls": Cell(""), "errors": Cell("")}
    width = -(-len(stats.counts) // _BARS)
    bars = sparkline([sum(stats.counts[at : at + width]) for at in range(0, len(stats.counts), width)])
    return {
        # As a prefix it keeps its blanks.
        "calls": Cell("", "accent", f"{bars} {_rate(stats)}"),
        "errors": Cell(str(stats.failed) if stats.failed else "", "bad"),
    }


def _rate(stats: GroupStats) -> str:
    """Calls per minute, in four places at most."""
    rate = stats.calls / _MINUTES
    return f"{rate:4.1f}" if rate < 100 else f"{rate:4.0f}"


def call_facts(stats: GroupStats | None) -> Iterator[Fact]:
    """Calls, errors and times of the last hour."""
    if stats is None or not stats.calls:
        return
    rate = f", {stats.calls / _MINUTES:.1f} per minute" if stats.calls >= _MINUTES / 10 else " in 1 h"
    yield "Calls", toned(sparkline(stats.counts), "accent") + Content(f" {counted(stats.calls, 'call')}{rate}")
    if stats.failed:
        share = f"{counted(stats.failed, 'error')} ({100 * stats.failed / stats.calls:.0f} %)"
        yield "Errors", toned(sparkline(stats.failures), "bad") + Content(f" {share}")
    yield "Times", f"p50 {stats.p50:.0f} ms · p95 {stats.p95:.0f} ms"


def tool_content(tool: ServerTool, stats: GroupStats | None, users: Sequence[str]) -> Content:
    """All that is known of one tool."""
    title = str(tool.raw.get("title") or "")
    schema = tool.raw.get("inputSchema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    arguments = ", ".join(map(str, properties)) if isinstance(properties, dict) else ""
    about = facts(
        [
            ("Title", one_line(title, limit=200)),
            ("Server", tool.server),
            ("Name for clients", one_line(tool.shown, limit=200)),
            ("Declared", effect(tool.raw)),
            ("Arguments", one_line(arguments, limit=400)),
            *call_facts(stats),
            ("Used by", ", ".join(users) or "no keys"),
        ]
    )
    text = visible(tool.description, limit=_DESCRIPTION)
    return sections([about, section("Description", text) if text else Content("")])
