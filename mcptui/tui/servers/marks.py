"""Server states as glyph, word and tone."""

from __future__ import annotations

from typing import Final

from mcptui.model import Server
from mcptui.model.runtime import STATE_WORDS, ServerState, ServerStatus
from mcptui.tui.text.tone import Tone

_MARKS: Final[dict[ServerState, tuple[str, Tone]]] = {
    "disabled": ("○", "muted"),
    "idle": ("○", "ok"),
    "starting": ("◐", "warn"),
    "ready": ("●", "ok"),
    "degraded": ("▲", "warn"),
    "unreachable": ("✗", "bad"),
    "needs_login": ("▲", "warn"),
    "needs_secret": ("▲", "warn"),
}


#: States in which the server's lists are known and usable.
WORKING: Final[frozenset[ServerState]] = frozenset({"ready", "idle", "degraded"})


def state_mark(server: Server, status: ServerStatus | None) -> tuple[str, str, Tone]:
    """Glyph, word and tone of a server; without the gateway only disabled ones are known."""
    if server.enabled and status is None:
        return "·", "unknown", "muted"
    state: ServerState = status.state if status is not None and server.enabled else "disabled"
    glyph, tone = _MARKS[state]
    return glyph, STATE_WORDS[state], tone


def state_text(server: Server, status: ServerStatus | None, now: float | None = None) -> str:
    """Glyph and word; at ``now``, seconds since the epoch, with how long it has been starting."""
    glyph, word, _ = state_mark(server, status)
    is_starting = server.enabled and status is not None and status.state == "starting"
    took = f" {_short(now - status.since)}" if is_starting and status is not None and now is not None else ""
    return f"{glyph} {word}{took}"


def _short(seconds: float) -> str:
    """A time in the width that the column has left."""
    total = max(int(seconds), 0)
    return f"{total}s" if total < 100 else f"{total // 60}m"


def transport_of(server: Server, status: ServerStatus | None) -> str:
    """The transport in use, else the configured one."""
    if status is not None and status.transport:
        return status.transport
    return "stdio" if server.is_stdio else server.transport
