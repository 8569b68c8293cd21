"""The list of servers as table rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from mcptui.model import Server, State
from mcptui.model.calls import GroupStats
from mcptui.model.runtime import BROKEN, STATE_WORDS, ServerStatus
from mcptui.protocol.text import one_line
from mcptui.tui.clock import duration
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.marks import WORKING, state_mark, state_text, transport_of
from mcptui.tui.servers.tools import call_cells
from mcptui.tui.text.tone import Tone
from mcptui.tui.widgets.cells import Cell, Column, Row

COLUMNS: Final = (
    Column("on", "", 3),
    Column("name", "Name", limit=40, flexible=True),
    Column("state", "State", 14),
    Column("transport", "Transport", 9, rank=3),
    Column("tools", "Tools", 5, justify="right", rank=1),
    Column("ms", "ms", 5, justify="right", rank=1),
    Column("calls", "Calls/min", 11, rank=2),
    Column("errors", "Errors", 6, justify="right", rank=3),
    Column("failed", "Failed", 6, justify="right", rank=4),
    Column("keys", "Used by", rank=2, limit=28, flexible=True, least=12),
)
#: From how many columns on the list shows the ranks from 1 on.
RANK_WIDTHS: Final = (54, 66, 90, 104)


#: What terms of the filter can be about.
FIELDS: Final = ("state", "tag", "transport", "key", "env")

#: States that need attention come first.
_URGENCY: Final[Mapping[str, int]] = {
    state: place
    for place, state in enumerate(
        ("unreachable", "needs_secret", "needs_login", "degraded", "starting", "ready", "idle", "disabled")
    )
}
#: The order for a click on a column's header.
COLUMN_ORDERS: Final[Mapping[str, str]] = {
    "on": "file",
    "name": "name",
    "state": "state",
    "transport": "transport",
    "tools": "tools",
    "ms": "latency",
    "calls": "calls",
    "errors": "errors",
    "failed": "last failure",
    "keys": "users",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What a row is made of, and sorted by."""

    server: Server
    status: ServerStatus | None
    keys: Sequence[str]
    calls: GroupStats | None


#: What the list can be sorted by; the first is the order of the file.
ORDERS: Final[Mapping[str, Callable[[_Known], Any]]] = {
    "file": lambda _: 0,
    "name": lambda known: known.server.name,
    "state": lambda known: _URGENCY.get(known.status.state, 9) if known.server.enabled and known.status else 10,
    "transport": lambda known: transport_of(known.server, known.status),
    "tools": lambda known: -(known.status.tools if known.status else 0),
    "calls": lambda known: -(known.calls.calls if known.calls else 0),
    "errors": lambda known: -(known.calls.failed if known.calls else 0),
    "last failure": lambda known: -((known.status and known.status.failed_at) or 0.0),
    "latency": lambda known: -((known.status and known.status.latency_ms) or 0.0),
    "users": lambda known: -len(known.keys),
    "tag": lambda known: known.server.tags or ("\uffff",),
}


def server_rows(
    state: State,
    view: GatewayView,
    keys: Mapping[str, Sequence[str]],
    now: float = 0.0,
    *,
    order: str = "file",
    marked: Collection[str] = (),
    calls: Mapping[str, GroupStats] = MappingProxyType({}),
) -> list[Row]:
    """One row per server, sorted by one of :data:`ORDERS`; ``now`` is seconds since the epoch."""
    known = [
        _Known(server, view.server(name), keys.get(name, ()), calls.get(name)) for name, server in state.servers.items()
    ]
    return [_row(each, now, is_marked=each.server.name in marked) for each in sorted(known, key=ORDERS[order])]


def _row(known: _Known, now: float, *, is_marked: bool) -> Row:
    server, status = known.server, known.status
    _, _, tone = state_mark(server, status)
    is_working = server.enabled and status is not None and status.state in WORKING
    tools = str(status.tools) if status and is_working else "–"
    latency = f"{status.latency_ms:.0f}" if status and is_working and status.latency_ms is not None else "–"
    cells = {
        "on": Cell("[x]" if server.enabled else "[ ]", "plain" if server.enabled else "muted"),
        "name": Cell(_badged(server), _name_tone(server, is_marked), "▪ " if is_marked else ""),
        "state": Cell(state_text(server, status, now), tone),
        "transport": Cell(transport_of(server, status), "muted"),
        "tools": Cell(tools),
        "ms": Cell(latency, "muted"),
        "failed": Cell(_age(now - status.failed_at) if status and status.failed_at else "", "muted"),
        "keys": Cell(_starting_text(status) or users_text(known.keys), "muted"),
        **call_cells(known.calls),
    }
    return Row(
        server.name,
        cells,
        " ".join([server.description, server.url or "", server.command or "", *server.args, *server.tags]),
        {
            "state": _states(server, status),
            "tag": server.tags,
            "transport": (transport_of(server, status),),
            "key": known.keys,
            "env": (server.environment or "none",),
        },
        is_branch=bool(status and is_working and status.tools),
    )


def _states(server: Server, status: ServerStatus | None) -> tuple[str, ...]:
    """What ``state:`` finds a server by: the name of its state, the words for it, and "failed" or "ok"."""
    if not server.enabled:
        return ("disabled",)
    if status is None:
        return ("unknown",)
    result = ("failed",) if status.state in BROKEN else ("ok",) if status.state in WORKING else ()
    return (status.state, STATE_WORDS[status.state], *result)


def _starting_text(status: ServerStatus | None) -> str:
    """The last output of a server that is starting; it may be installing packages."""
    return one_line(status.reason, limit=200) if status and status.state == "starting" and status.reason else ""


def _age(seconds: float) -> str:
    """The largest unit, as it fits into a column: "5 m"."""
    value, unit, *_ = duration(seconds).split()
    return f"{value} {unit}"


def _badged(server: Server) -> str:
    badges = (server.environment, None if server.verify_tls else "TLS not verified")
    return " ".join([server.name, *(f"[{badge}]" for badge in badges if badge)])


def _name_tone(server: Server, is_marked: bool) -> Tone:
    if is_marked:
        return "strong"
    if server.enabled and not server.verify_tls:
        return "warn"
    return "plain" if server.enabled else "muted"


def users_text(keys: Sequence[str]) -> str:
    """Names while they are few."""
    if not keys:
        return "unused"
    return ", ".join(keys) if len(keys) <= 2 else f"{len(keys)} keys"
