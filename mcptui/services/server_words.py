"""The state of a server as people read it, on the command line and in the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcptui.model.runtime import STATE_WORDS

if TYPE_CHECKING:
    from mcptui.model.runtime import ServerStatus


def state_words(status: ServerStatus, now: float) -> str:
    """The state of a server at ``now``, seconds since the epoch; with how long it has been starting."""
    took = f" {elapsed(now - status.since)}" if status.state == "starting" else ""
    return STATE_WORDS[status.state] + took


def elapsed(seconds: float) -> str:
    """``134`` → "134 s": how long something that is waited for has taken."""
    return f"{max(int(seconds), 0)} s"
