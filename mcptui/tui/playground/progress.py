"""What a running call says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.schema.values import is_number
from mcptui.tui.text.tone import toned

_BAR: Final = 10


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since the call began and since it was last heard of, and how many each may become.

    Progress starts the timeout again, up to the hard timeout.
    """

    elapsed: float
    silent: float
    timeout: float | None = None
    hard_timeout: float | None = None

    def __str__(self) -> str:
        """``8 / 60 s``; once progress came, how long that may go on, and silence that gets long."""
        if self.timeout is None or self.hard_timeout is None:
            return f"{self.elapsed:.0f} s"
        if self.silent == self.elapsed:
            return f"{self.elapsed:.0f} / {self.timeout:g} s"
        silent = f", silent {self.silent:.0f} / {self.timeout:g} s" if self.silent > self.timeout / 2 else ""
        return f"{self.elapsed:.0f} / {self.hard_timeout:g} s{silent}"


def progress_line(progress: JsonObject, clock: Clock) -> Content:
    """A bar where the total is known, the message, the seconds so far and the limit."""
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
    parts.append(toned(f"{clock} · esc cancels", "muted"))
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
