"""First steps in the Servers mode, and logins that are due."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from mcptui.model import State
from mcptui.protocol.text import one_line
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.empty_state import EmptyState


def welcome(found: int = 0, connects: str = "") -> Content:
    """What the Servers mode shows while there is no server.

    Args:
        found: the servers that can be imported.
        connects: the clients that can be connected with them, and how many servers that are.
    """
    servers = f"found {found}" if found else "Cursor, Claude, VS Code, LiteLLM, …"
    connect = [("I", f"found {connects}: import all and connect them through mcptui")] if connects else []
    return EmptyState.content_of(
        "Welcome to mcptui",
        "One endpoint for all your MCP servers, with keys that control access.",
        [
            ("n", "add a server: URL, command or a client's JSON"),
            *connect,
            ("i", f"import from other programs ({servers})"),
            ("X", "add the demo server (works offline)"),
            ("?", "all actions"),
            ("ctrl+q", "quit"),
        ],
    )


def next_step() -> Content:
    """The step after the first server: a key for a client."""
    return toned("Next  ", "accent") + Content("create a key for a client  ") + toned("(2)", "accent")


def logins_needed(state: State, view: GatewayView) -> list[str]:
    """The enabled servers without a valid login."""
    return [
        name
        for name, server in state.servers.items()
        if server.enabled
        and server.auth.takes_logins
        and (status := view.server(name))
        and status.state == "needs_login"
    ]


def logins_text(names: Sequence[str]) -> str:
    """One line about them."""
    return f"▲ Login needed: {one_line(', '.join(names), limit=80)} · o log in"
