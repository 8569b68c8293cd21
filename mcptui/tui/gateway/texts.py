"""What is said where there is nothing to show, and what to do about it."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from mcptui.protocol.text import one_line
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.widgets.empty_state import EmptyState

_CALLS: Final = "Calls, earlier ones too, are read through the gateway."


def no_calls(view: GatewayView, filter_text: str) -> Content:
    """Why no calls are listed, and what to do."""
    if (nothing := _no_gateway(view, _CALLS)) is not None:
        return nothing
    if filter_text:
        text = f"No call matches “{one_line(filter_text, limit=40)}”."
        return EmptyState.content_of("No match", text, [("esc", "clear")])
    return EmptyState.content_of("No calls yet", "Client calls appear here.")


def no_calls_counted(view: GatewayView) -> Content:
    """Why there are no numbers, and what to do."""
    text = "Statistics cover the calls of one period."
    return _no_gateway(view, _CALLS) or EmptyState.content_of(
        "No calls in this period", text, [("W", "another period")]
    )


def no_clients(view: GatewayView) -> Content:
    """Why no clients are listed, and what to do."""
    text = "Clients with sessions, streams or calls appear here."
    nothing = EmptyState.content_of("No client is connected", text, [("1", "Servers"), ("c", "connect a client")])
    return _no_gateway(view, "Clients connect to the gateway.") or nothing


def no_tools(view: GatewayView) -> Content:
    """Why no list of tools costs anything, and what to do."""
    text = "The context cost of tool definitions is estimated here."
    nothing = EmptyState.content_of("No server has tools", text, [("1", "Servers")])
    return _no_gateway(view, "Tool lists are read through the gateway.") or nothing


def _no_gateway(view: GatewayView, why: str) -> Content | None:
    """What to do about a gateway that does not answer; None while it does."""
    match view.phase:
        case "running":
            return None
        case "stopped" | "lost" | "failed":
            return EmptyState.content_of("The gateway is not running", why, [("s", "start")])
        case "silent":
            why = f"Its process is running; its Log may say more. {why}"
            return EmptyState.content_of("The gateway does not answer", why, [("R", "restart")])
        case "starting" | "stopping":
            return EmptyState.content_of(f"The gateway is {view.phase}", why)
        case "unknown":
            return EmptyState.content_of("Connecting to the gateway", why)
