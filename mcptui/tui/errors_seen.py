"""The errors of this run, for the error list and for bug reports."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mcptui.errors import McptuiError
from mcptui.protocol.text import visible

_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class SeenError:
    """An error that was shown, and when."""

    at: datetime
    message: str
    hint: str | None = None


@dataclass(slots=True)
class ErrorsSeen:
    """The newest errors, oldest first."""

    entries: deque[SeenError] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, error: McptuiError) -> SeenError:
        """Note ``error`` with control characters made visible."""
        seen = SeenError(datetime.now().astimezone(), visible(error.message), error.hint and visible(error.hint))
        self.entries.append(seen)
        return seen

    def as_text(self) -> str:
        """All of them, newest first, as Markdown."""
        return "\n\n".join(
            f"## {entry.at:%H:%M:%S}\n\n{entry.message}" + (f"\n\n{entry.hint}" if entry.hint else "")
            for entry in reversed(self.entries)
        )
