"""The list of servers as table rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from mcptui.access import decide
from mcptui.model import Server, State
from mcptui.tui.gateway_view import GatewayView
from mcptui.tui.servers.marks import WORKING, state_mark, state_text, transport_of
from mcptui.tui.widgets.cells import Cell, Column, Row

COLUMNS: Final = (
    Column("on", "", 3),
    Column("name", "Name", limit=32),
    Column("state", "State", 14),
    Column("transport", "Transport", 9, rank=1),
    Column("tools", "Tools", 5, justify="right", rank=1),
    Column("ms", "ms", 6, justify="right", rank=1),
    Column("keys", "Used by", rank=2, limit=28, flexible=True),
)


def keys_by_server(state: State) -> Mapping[str, Sequence[str]]:
    """The enabled keys that may use each server."""
    reach: defaultdict[str, list[str]] = defaultdict(list)
    for name, key in state.keys.items():
        if key.enabled:
            for server in decide(state, name).servers:
                reach[server].append(name)
    return reach


def server_rows(state: State, view: GatewayView, keys: Mapping[str, Sequence[str]]) -> list[Row]:
    """One row a server, in the order of the file."""
    return [_row(server, view, keys.get(name, ())) for name, server in state.servers.items()]


def _row(server: Server, view: GatewayView, keys: Sequence[str]) -> Row:
    status = view.server(server.name)
    _, _, tone = state_mark(server, status)
    known = server.enabled and status is not None and status.state in WORKING
    tools = str(status.tools) if status and known else "–"
    latency = f"{status.latency_ms:.0f}" if status and known and status.latency_ms is not None else "–"
    cells = {
        "on": Cell("[x]" if server.enabled else "[ ]", "plain" if server.enabled else "muted"),
        "name": Cell(server.name, "plain" if server.enabled else "muted"),
        "state": Cell(state_text(server, status), tone),
        "transport": Cell(transport_of(server, status), "muted"),
        "tools": Cell(tools),
        "ms": Cell(latency, "muted"),
        "keys": Cell(users_text(keys), "muted"),
    }
    return Row(server.name, cells, " ".join([server.description, server.url or "", server.command or "", *server.tags]))


def users_text(keys: Sequence[str]) -> str:
    """Names while they are few."""
    if not keys:
        return "no key"
    return ", ".join(keys) if len(keys) <= 2 else f"{len(keys)} keys"
