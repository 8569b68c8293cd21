"""What is said where there are no calls."""

from __future__ import annotations

from textual.content import Content

from mcptui.protocol.text import one_line
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.widgets.empty_state import EmptyState


def no_calls(view: GatewayView, filter_text: str) -> Content:
    """Why no calls are listed, and what to do."""
    if (nothing := no_gateway(view)) is not None:
        return nothing
    if filter_text:
        text = f"No recorded call fits “{one_line(filter_text, limit=40)}”."
        return EmptyState.content_of("No match", text, [("esc", "clear")])
    return EmptyState.content_of("No calls yet", "What clients ask of the gateway is listed here.")


def no_calls_counted(view: GatewayView) -> Content:
    """Why there are no numbers, and what to do."""
    text = "Statistics count the calls of one stretch of time."
    return no_gateway(view) or EmptyState.content_of("No calls in this time", text, [("t", "another time")])


def no_gateway(view: GatewayView) -> Content | None:
    """What to do about a gateway that does not answer; None while it answers, or may do so in a moment."""
    match view.phase:
        case "stopped" | "lost" | "failed":
            text = "Calls are read through it, earlier ones too."
            return EmptyState.content_of("The gateway is not running", text, [("s", "start it")])
        case "silent":
            text = "Its process is there; calls are read through it."
            return EmptyState.content_of("The gateway does not answer", text, [("R", "restart it"), ("l", "its log")])
        case _:
            return None
