"""What servers tell outside of calls, as lines of a log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from mcptui.model.runtime import ServerNotification
from mcptui.protocol.text import one_line
from mcptui.tui.clock import time_of_day
from mcptui.tui.playground.progress import log_line, progress_text

#: The levels of MCP as those that a log can be filtered by.
_LEVELS: Final[Mapping[str, str]] = {
    "debug": "DEBUG",
    "warning": "WARNING",
    **dict.fromkeys(("error", "critical", "alert", "emergency"), "ERROR"),
}
_CHANGED: Final[Mapping[str, str]] = {
    f"notifications/{kind}/list_changed": f"{kind} changed" for kind in ("tools", "prompts", "resources")
}
_LONGEST: Final = 1_000


def heard_line(heard: ServerNotification, at: float) -> str:
    """A notification of a server at ``at``, seconds since the epoch."""
    level = _LEVELS.get(str(heard.params.get("level")), "INFO") if heard.method == "notifications/message" else "INFO"
    source = f"{one_line(heard.server, limit=40)} · " if heard.server else ""
    return f"{time_of_day(at)} {level} {source}{_words(heard)}"


def _words(heard: ServerNotification) -> str:
    match heard.method:
        case "notifications/message":
            return one_line(log_line(heard.params), limit=_LONGEST)
        case "notifications/progress":
            return one_line(progress_text(heard.params), limit=_LONGEST)
        case "notifications/resources/updated":
            return f"resource updated: {one_line(str(heard.params.get('uri')), limit=200)}"
        case method if method in _CHANGED:
            return _CHANGED[method]
        case method:
            said = json.dumps(heard.params, ensure_ascii=False) if heard.params else ""
            return one_line(f"{method.removeprefix('notifications/')} {said}", limit=_LONGEST)
