"""What a running call says about itself."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.schema.values import is_number
from mcptui.tui.tone import toned

_BAR: Final = 20


def progress_line(progress: JsonObject, elapsed: float) -> Content:
    """A bar where the total is known, the message, the seconds so far."""
    done, total = progress.get("progress"), progress.get("total")
    parts = []
    if is_number(done) and is_number(total) and total > 0:
        filled = round(_BAR * min(max(done / total, 0), 1))
        parts.append(toned("█" * filled, "accent") + toned("░" * (_BAR - filled), "muted"))
        parts.append(Content(f"{done:g}/{total:g}"))
    elif is_number(done):
        parts.append(Content(f"progress {done:g}"))
    if isinstance(message := progress.get("message"), str) and message:
        parts.append(Content(one_line(message, limit=120)))
    parts.append(toned(f"{elapsed:.0f} s · esc cancels", "muted"))
    return Content("  ").join(parts)


def log_line(event: JsonObject) -> str:
    """One log notification of a server."""
    data: Json = event.get("data")
    text = data if isinstance(data, str) else repr(data)
    logger = event.get("logger")
    source = f" {one_line(logger, limit=40)}" if isinstance(logger, str) and logger else ""
    return visible(f"{one_line(str(event.get('level', 'info')), limit=12)}{source}: {text}", limit=2000)


def progress_text(progress: JsonObject) -> str:
    """Progress as a line of the log."""
    total = progress.get("total")
    of = f"/{total}" if total is not None else ""
    message = progress.get("message")
    text = f"progress {progress.get('progress')}{of}"
    return visible(f"{text} {message}" if message else text, limit=500)
